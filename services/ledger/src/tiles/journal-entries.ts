import { setImmediate } from 'node:timers/promises';
import type { CryptoPort, OpenKeyring } from '@marketops/proof';
import {
  type ChainPoint,
  countingFiles,
  type LineRange,
  type OpenedFile,
  openFile,
  readLines,
} from '@marketops/verifier';
import { type LocalJournalFile, listJournal } from '@marketops/verifier/node';
import { ProjectionError } from './errors.js';

export interface JournalEntriesOptions {
  readonly dir: string;
  readonly crypto: CryptoPort;
  readonly keyring: OpenKeyring;
  readonly logOrigin: string;
}

/** A file as far as its entries count: a later file continues from `until`, and what stands beyond it was deposed. */
interface CountingFile {
  readonly opened: OpenedFile<LocalJournalFile>;
  /** Infinity for the newest. */
  readonly until: number;
}

/** Where reading goes on. */
interface Cursor extends ChainPoint {
  readonly file: CountingFile;
  readonly at: LineRange;
}

/** After that many entries whoever waits for an acknowledgement has a turn of the process, about a millisecond later. */
const turnEntries = 32;

/** How every entry ends: RFC 8785 sorts its members, and the event comes before these. */
const entryEnd = /"prev_hash":"([0-9a-f]{64})","sequence":([0-9]{1,16}),"statement_digest":"[0-9a-f]{64}"\}$/;

/**
 * Reads the journal's entries one after the other, and remembers where it stopped. Every entry must name the hash of the one
 * before it, and the last one the hash that was asked for: so what comes out is the chain between the two points, byte for
 * byte, whatever is on the disk.
 */
export class JournalEntries {
  #options: JournalEntriesOptions;
  #cursor: Cursor | undefined;

  constructor(options: JournalEntriesOptions) {
    this.#options = options;
  }

  /**
   * @param after the last entry that is known; that of genesis for all of them
   * @param upTo an entry that is durable
   * @param take gets the canonical bytes of each entry; awaited before more is read
   * @throws ProjectionError `checkpoint_forked` where the journal does not lead from one to the other; JournalError
   */
  async read(after: ChainPoint, upTo: ChainPoint, take: (entry: Uint8Array) => Promise<void>): Promise<void> {
    let cursor = await this.#cursorAt(after);
    while (cursor.sequence < upTo.sequence) {
      cursor = await this.#readFile(cursor, upTo.sequence, take);
      if (cursor.sequence < upTo.sequence) cursor = await this.#nextFile(cursor);
    }
    if (cursor.hash !== upTo.hash)
      throw forked(`entry ${upTo.sequence} of the journal is not the one that was acknowledged`);
    this.#cursor = cursor;
  }

  async #cursorAt(after: ChainPoint): Promise<Cursor> {
    const known = this.#cursor;
    this.#cursor = undefined;
    if (known !== undefined && known.sequence === after.sequence && known.hash === after.hash) return known;
    const files = await this.#files();
    const file = files.findLast(({ opened }) => opened.header.prev_last_sequence <= after.sequence);
    if (file === undefined) throw forked(`the journal does not hold entry ${after.sequence + 1}`);
    const { header, end } = file.opened;
    const start = { sequence: header.prev_last_sequence, hash: header.prev_last_hash, file, at: end };
    // What is known already is read over, and must end at the hash that is known.
    const cursor = await this.#readFile(start, after.sequence, () => Promise.resolve());
    if (cursor.sequence !== after.sequence || cursor.hash !== after.hash)
      throw forked(`entry ${after.sequence} of the journal is not the one in the tiles`);
    return cursor;
  }

  async #files(): Promise<CountingFile[]> {
    const { dir, crypto, keyring, logOrigin } = this.#options;
    const opened: OpenedFile<LocalJournalFile>[] = [];
    for (const file of await listJournal(dir)) {
      const one = await openFile(crypto, file, { keyring, logOrigin });
      if (one !== undefined) opened.push(one);
    }
    const { counting } = countingFiles(opened);
    return counting.map((one, index) => ({
      opened: one,
      until: counting[index + 1]?.header.prev_last_sequence ?? Number.POSITIVE_INFINITY,
    }));
  }

  async #nextFile({ sequence, hash, file }: Cursor): Promise<Cursor> {
    const files = await this.#files();
    const at = files.findIndex(({ opened }) => opened.file.name === file.opened.file.name);
    const next = files[at + 1];
    if (at < 0 || next?.opened.header.prev_last_sequence !== sequence)
      throw forked(`the journal does not hold entry ${sequence + 1}`);
    if (next.opened.header.prev_last_hash !== hash)
      throw forked(`${next.opened.file.name} does not continue entry ${sequence}`);
    return { sequence, hash, file: next, at: next.opened.end };
  }

  /** As far as the file and `last` go. */
  async #readFile(from: Cursor, last: number, take: (entry: Uint8Array) => Promise<void>): Promise<Cursor> {
    const { crypto } = this.#options;
    const { file } = from;
    const end = Math.min(last, file.until);
    let { sequence, hash, at } = from;
    if (sequence >= end) return from;
    let read: Uint8Array[] = [];
    const takeRead = async (): Promise<void> => {
      const entries = read;
      read = [];
      for (const [index, entry] of entries.entries()) {
        await take(entry);
        if (index % turnEntries === turnEntries - 1) await setImmediate();
      }
    };
    await readLines(
      file.opened.file,
      at,
      (line) => {
        if (line.text.startsWith('E ')) {
          const text = line.text.slice(2);
          const [, prevHash, sequenceText] = entryEnd.exec(text) ?? [];
          if (prevHash !== hash || Number(sequenceText) !== sequence + 1) {
            throw forked(`${file.opened.file.name} line ${line.number} does not follow entry ${sequence}`);
          }
          sequence += 1;
          hash = crypto.sha256Hex(text);
          read.push(Buffer.from(text));
        }
        at = { offset: line.offset + line.length + 1, number: line.number + 1 };
        return sequence < end;
      },
      takeRead,
    );
    await takeRead();
    return { sequence, hash, file, at };
  }
}

const forked = (what: string): ProjectionError =>
  new ProjectionError('checkpoint_forked', `The journal cannot be projected: ${what}.`);
