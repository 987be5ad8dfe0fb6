import { nodeCrypto } from '@marketops/proof/node';
import { JournalError, type JournalErrorCode, openFile, readLines } from '@marketops/verifier';
import { type LocalJournalFile, listJournal } from '@marketops/verifier/node';
import { type Envelope, envelopeOf } from './envelope.js';
import { type FaultAt, readCommitLine, readRaw } from './read-raw.js';
import type { Recorded } from './recorded.js';
import { type RawSegment, recordedSegment } from './segment.js';
import { segmentName } from './segment-name.js';
import type { ReplayTrust } from './trust.js';

/** Up to where a journal has been read: behind a commit. */
export interface JournalCursor {
  readonly term: number;
  readonly firstSequence: number;
  readonly offset: number;
  readonly line: number;
  /** The last entry before it. */
  readonly sequence: number;
}

/** What one look gives out: at most a few hundred kilobytes and one batch. */
export interface Scanned extends Recorded {
  readonly cursor: JournalCursor;
  /** Entries passed since the look before, wanted or not. */
  readonly passed: number;
}

export interface ScanOptions {
  readonly journal: string;
  readonly trust: ReplayTrust;
  /** From the first entry on where it is absent. */
  readonly from?: JournalCursor | undefined;
  /** Nothing behind this entry is read. */
  readonly untilSequence?: number | undefined;
  /** False for what nobody wants: it is neither parsed nor verified. */
  readonly mayFit: (envelope: Envelope, entryBytes: string) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Wanted bytes after which what has been found is given out, and what the writer's batches may hold at most. */
const handOutBytes = 262_144;
const batchBytesMax = 64 * 1_048_576;
/** Entries after which a look ends even where nothing was found, so that progress shows and Ctrl-C is heard. */
const lookEntries = 50_000;

/**
 * Reads committed entries in the ledger's order, in bounded memory: a line that cannot be wanted costs one look at its end.
 * Of what is wanted the whole segment is verified against the keyring before it is given out. The chain is not walked here;
 * that is `marketops verify`.
 * @throws JournalError, ProofError with the place of what is not as the ledger wrote it
 */
export async function* scanJournal(options: ScanOptions): AsyncGenerator<Scanned> {
  const { journal, trust, from, untilSequence = Infinity } = options;
  const files = await openFrom(journal, trust, from);
  let sequence = from?.sequence ?? 0;
  for (const [index, { file, end }] of files.entries()) {
    // What a deposed writer added behind where the next file continues does not count.
    const until = Math.min(untilSequence, files[index + 1]?.continuesFrom ?? Infinity);
    const { term, firstSequence } = file;
    let cursor: JournalCursor = { term, firstSequence, sequence, offset: end.offset, line: end.number };
    while (cursor.sequence < until) {
      options.signal?.throwIfAborted();
      const look = new Look(file, cursor, until, options);
      await readLines(file, { offset: cursor.offset, number: cursor.line }, (line) => look.take(line));
      const isOver = look.cursor.offset === cursor.offset;
      cursor = look.cursor;
      yield look.result();
      if (isOver) break;
    }
    ({ sequence } = cursor);
    if (sequence >= untilSequence) return;
  }
}

interface Opened {
  readonly file: LocalJournalFile;
  readonly end: { readonly offset: number; readonly number: number };
  /** The last entry of the files before that counts. */
  readonly continuesFrom: number;
}

/** The files from the cursor on. The header of its own was verified when it was first read. */
async function openFrom(
  journal: string,
  trust: ReplayTrust,
  from: JournalCursor | undefined,
): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (const file of await listJournal(journal)) {
    if (from !== undefined && isBefore(file, from)) continue;
    if (from !== undefined && isSameFile(file, from)) {
      opened.push({ file, end: { offset: from.offset, number: from.line }, continuesFrom: from.sequence });
      continue;
    }
    const one = await openFile(nodeCrypto, file, trust);
    if (one !== undefined) opened.push({ file, end: one.end, continuesFrom: one.header.prev_last_sequence });
  }
  return opened.filter((one, at) => !opened.slice(at + 1).some((later) => isDeposedBy(one, later)));
}

/** A writer that another had taken over from began this file: nobody continues it. */
const isDeposedBy = (one: Opened, later: Opened): boolean =>
  one.file.term < later.file.term && one.continuesFrom > later.continuesFrom;

type FileId = Pick<JournalCursor, 'term' | 'firstSequence'>;

const isSameFile = (one: FileId, other: FileId): boolean =>
  one.term === other.term && one.firstSequence === other.firstSequence;

const isBefore = (file: FileId, cursor: FileId): boolean =>
  file.term < cursor.term || (file.term === cursor.term && file.firstSequence < cursor.firstSequence);

interface Line {
  readonly number: number;
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

interface OpenSegment {
  readonly statement: string;
  readonly offset: number;
  readonly entries: string[];
  isWanted: boolean;
}

/** One look: whole batches, until enough has been found. */
class Look {
  readonly #file: LocalJournalFile;
  readonly #until: number;
  readonly #options: ScanOptions;
  readonly #events: Recorded['events'][number][] = [];
  readonly #held: Recorded['held'][number][] = [];
  #segment: OpenSegment | undefined;
  /** Wanted segments of the batch, which counts when its commit stands. */
  #batch: OpenSegment[] = [];
  #batchBytes = 0;
  #handedBytes = 0;
  #passed = 0;
  #cursor: JournalCursor;

  constructor(file: LocalJournalFile, from: JournalCursor, until: number, options: ScanOptions) {
    this.#file = file;
    this.#cursor = from;
    this.#until = until;
    this.#options = options;
  }

  get cursor(): JournalCursor {
    return this.#cursor;
  }

  result(): Scanned {
    return { events: this.#events, held: this.#held, cursor: this.#cursor, passed: this.#passed };
  }

  /** @returns false where this look has enough */
  take(line: Line): boolean {
    const text = line.text.slice(2);
    switch (line.text.slice(0, 2)) {
      case 'S ':
        this.#endSegment();
        this.#segment = { statement: text, offset: line.offset, entries: [], isWanted: false };
        return true;
      case 'E ':
        this.#addEntry(line, text);
        return true;
      case 'C ':
        return this.#commit(line, text);
      default:
        throw this.#fault('line_malformed', line, 'a line begins with neither S, E nor C');
    }
  }

  #addEntry(line: Line, text: string): void {
    const segment = this.#segment;
    if (segment === undefined) throw this.#fault('statement_mismatch', line, 'no statement stands above it');
    const envelope = envelopeOf(text);
    // What has another form is parsed: whoever made it, it is not passed over.
    segment.isWanted ||= envelope === undefined || this.#options.mayFit(envelope, text);
    segment.entries.push(text);
    this.#batchBytes += text.length;
    if (this.#batchBytes > batchBytesMax)
      throw this.#fault('batch_too_large', line, `a batch is larger than ${batchBytesMax} bytes`);
  }

  #endSegment(): void {
    const segment = this.#segment;
    this.#segment = undefined;
    if (segment === undefined) return;
    if (segment.isWanted) this.#batch.push(segment);
    else this.#batchBytes -= segment.entries.reduce((sum, { length }) => sum + length, 0);
  }

  #commit(line: Line, text: string): boolean {
    this.#endSegment();
    const last = Number(/"last_sequence":(\d+)/.exec(text)?.[1] ?? 0);
    this.#passed += last - this.#cursor.sequence;
    if (this.#batch.length > 0) this.#read(line, text);
    this.#handedBytes += this.#batchBytes;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#cursor = {
      ...this.#cursor,
      offset: line.offset + line.length + 1,
      line: line.number + 1,
      sequence: last,
    };
    return last < this.#until && this.#handedBytes < handOutBytes && this.#passed < lookEntries;
  }

  /** The commit is verified where something of its batch is given out. */
  #read(line: Line, text: string): void {
    const { trust } = this.#options;
    const commit = readCommitLine(text, trust, this.#faultAt(line));
    for (const segment of this.#batch) {
      const read = recordedSegment(this.#rawOf(segment, line), trust, commit.committed_at);
      for (const one of read.events) if ((one.entry?.sequence ?? 0) <= this.#until) this.#events.push(one);
      this.#held.push(...read.held);
    }
  }

  #rawOf({ statement, offset, entries }: OpenSegment, line: Line): RawSegment {
    const { term, firstSequence } = this.#file;
    const name = segmentName({ term, firstSequence, segmentOffset: offset });
    return readRaw({ statement, entries }, name, this.#faultAt(line));
  }

  #faultAt =
    (line: Line): FaultAt =>
    (code, what, cause) =>
      this.#fault(code, line, what, cause);

  #fault(code: JournalErrorCode, line: Line, what: string, cause?: unknown): JournalError {
    const { name } = this.#file;
    const sequence = this.#cursor.sequence + 1;
    const where = `${name} line ${line.number}, after entry ${sequence - 1}`;
    return new JournalError(code, `${where}: ${what.replace(/\.$/, '')}.`, {
      place: { file: name, line: line.number, sequence },
      cause,
    });
  }
}
