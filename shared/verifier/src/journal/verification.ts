import type { Keyring } from '@marketops/contracts';
import { type CryptoPort, createSignatureCache, openKeyring } from '@marketops/proof';
import { approvalFault } from '../meaning/approvals.js';
import { MeaningFold } from '../meaning/fold.js';
import { originCheck, type SignatureVerifier } from '../meaning/origin.js';
import { Memory, type Seen } from '../memory/memory.js';
import { countingFiles } from './counting.js';
import { Dating } from './dating.js';
import { JournalError, withSequence } from './errors.js';
import { headerFault, type JournalFile, type OpenedFile, openFile } from './file.js';
import { type JournalLine, type LineTail, readLines } from './lines.js';
import { explainOrder } from './order-fault.js';
import type { JournalNote, JournalProgress, JournalReport, TermReport } from './report.js';
import { StreamSeqs } from './stream-seqs.js';
import { countLeftover, isTornLine } from './tail.js';
import { Violations } from './violations.js';
import { type ChainPoint, genesis, JournalWalk, type WalkedBatch } from './walk.js';

/** Lines between two calls of `onProgress`. */
const progressEveryLines = 5_000;

export interface VerificationOptions {
  /** In the order they follow one another; see `journalFilesAmong`. */
  readonly files: readonly JournalFile[];
  readonly keyring: Keyring;
  readonly crypto: CryptoPort;
  /** What was seen of this log before; without it a cut tail cannot be told from a shorter log. */
  readonly seen?: Seen | undefined;
  /** For the signatures of receipts, where something faster than one after the other is there; default the port's own. */
  readonly verifySignature?: SignatureVerifier | undefined;
  /** Told of every entry that counts, with its hash, but for the last. */
  readonly onPoint?: ((point: ChainPoint) => void) | undefined;
  readonly onProgress?: ((progress: JournalProgress) => void) | undefined;
}

/**
 * One verification, file after file. All headers are read first: each says from which entry it continues, and that is
 * how far the file before it counts.
 */
export class Verification {
  #options: VerificationOptions;
  #keyring;
  #cache = createSignatureCache();
  /** Grows with the number of streams, not of entries: about 40 bytes each. */
  #streams: StreamSeqs;
  #events = new Map<string, number>();
  #terms: TermReport[] = [];
  #notes: JournalNote[] = [];
  #unknown = 0;
  #head: ChainPoint = genesis;
  #memory: Memory;
  #violations = new Violations();
  #meaning: MeaningFold;
  #dating: Dating;
  #bytesBefore = 0;
  #bytesTotal = 0;

  constructor(options: VerificationOptions) {
    this.#options = options;
    const { crypto } = options;
    this.#keyring = openKeyring(crypto, options.keyring);
    this.#streams = new StreamSeqs(crypto);
    this.#memory = new Memory(crypto, options.seen ?? {});
    this.#dating = new Dating(this.#keyring);
    const origin = originCheck({ crypto, keyring: this.#keyring, verify: options.verifySignature });
    const { environment, log_origin: logOrigin } = options.keyring;
    this.#meaning = new MeaningFold({
      ...{ crypto, system: { environment, logOrigin }, keyOf: (keyId) => this.#keyring.describe(keyId) },
      broken: (broken, at) => this.#violations.add(broken, at),
      checkApproval: (type, data) => approvalFault(crypto, this.#keyring, type, data),
      checkOrigin: (receipt, at, committedAt) => {
        const fault = origin(receipt, committedAt);
        if (fault instanceof Promise) this.#violations.await(fault, at);
        else if (fault !== undefined) this.#violations.add(fault, at);
      },
    });
  }

  summary(): Omit<JournalReport, 'ok' | 'fault' | 'elapsedMs'> {
    return {
      entries: this.#head.sequence,
      lastSequence: this.#head.sequence,
      lastHash: this.#head.hash,
      terms: this.#terms,
      events: Object.fromEntries([...this.#events].sort(([a], [b]) => (a < b ? -1 : 1))),
      streams: this.#streams.size,
      notes: this.#notes,
      violations: this.#violations.told,
      violationsFound: this.#violations.found,
    };
  }

  /** @throws JournalError: the first fault of the chain, with its place; what entries say is among the violations */
  async run(): Promise<void> {
    try {
      await this.#walk();
    } finally {
      await this.#violations.settled();
    }
  }

  async #walk(): Promise<void> {
    const opened = await this.#openFiles();
    for (const [index, file] of opened.entries()) {
      this.#checkBegins(file, opened[index - 1]);
      await this.#verifyFile(file, opened[index + 1]);
      this.#bytesBefore += file.file.bytes;
    }
    this.#memory.checkReached(this.#head.sequence, this.#terms.at(-1)?.file ?? '');
    const last = opened.at(-1);
    if (this.#unknown > 0 && last !== undefined) {
      const message = `${this.#unknown} correctly signed entries are of a type or version this release does not know.`;
      this.#notes.push({ code: 'unknown_events', message, file: last.file.name });
    }
  }

  async #openFiles(): Promise<OpenedFile[]> {
    const { files } = this.#options;
    const trust = { keyring: this.#keyring, logOrigin: this.#options.keyring.log_origin };
    const opened: OpenedFile[] = [];
    for (const file of files) {
      this.#bytesTotal += file.bytes;
      const open = await openFile(this.#options.crypto, file, trust);
      if (open !== undefined) opened.push(open);
      else if (file === files.at(-1)) {
        const message = `${file.name} has no whole header: its writer stopped while making it. It holds no entry.`;
        this.#notes.push({ code: 'torn_file', message, file: file.name });
      } else throw headerFault('header_invalid', file, 'the file has no header');
    }
    const { counting, deposed } = countingFiles(opened);
    for (const { file } of deposed) {
      const message = `${file.name} was begun by a writer that another had taken over from: it continues from entries that do not count, and counts for nothing.`;
      this.#notes.push({ code: 'deposed_file', message, file: file.name });
    }
    return counting;
  }

  /** What a file says of the one before it is checked at that one's end; the first begins the log. */
  #checkBegins({ file, header }: OpenedFile, before: OpenedFile | undefined): void {
    if (before !== undefined && header.term < before.header.term)
      throw headerFault('header_mismatch', file, `its term is below that of ${before.file.name}`);
    if (before !== undefined) return;
    if (header.prev_last_sequence > 0)
      throw headerFault('entry_removed', file, 'the entries before it are gone', undefined, 1);
    if (header.prev_last_hash !== genesis.hash)
      throw headerFault('header_mismatch', file, 'the log does not begin with 64 zeros');
  }

  async #verifyFile({ file, end }: OpenedFile, next: OpenedFile | undefined): Promise<void> {
    const until = next?.header.prev_last_sequence;
    const walk = new JournalWalk({
      crypto: this.#options.crypto,
      keyring: this.#keyring,
      cache: this.#cache,
      file,
      from: this.#head,
      at: end,
      streams: this.#streams,
      streamsComplete: true,
      until,
      onEntry: this.#memory.holdsAny
        ? (point, bytes, place) => this.#memory.compare(point, bytes, place)
        : undefined,
      onCommit: (batch) => this.#count(batch),
    });
    const tail = await this.#walkLines(file, walk);
    const { sequence } = walk.committed;
    this.#terms.push({
      term: file.term,
      file: file.name,
      firstSequence: file.firstSequence,
      lastSequence: sequence,
    });
    this.#head = walk.committed;
    this.#checkEnd(file, walk, tail, next);
    await this.#noteLeftover(file, walk, next);
  }

  async #walkLines(file: JournalFile, walk: JournalWalk): Promise<LineTail | undefined> {
    if (walk.isOver) return undefined;
    let lines = 0;
    try {
      const visit = (line: JournalLine): boolean => {
        lines += 1;
        if (lines % progressEveryLines === 0) this.#report(walk.head.sequence, line.offset);
        return walk.take(line);
      };
      return await readLines(file, walk.committedEnd, visit, () => this.#violations.settled());
    } catch (fault) {
      this.#head = walk.committed;
      if (!(fault instanceof JournalError)) throw fault;
      throw await explainOrder(withSequence(fault, walk.head.sequence + 1), file, walk.head);
    }
  }

  #report(entries: number, offset: number): void {
    const bytes = this.#bytesBefore + offset;
    this.#options.onProgress?.({ entries, bytes, bytesTotal: this.#bytesTotal });
  }

  #count(batch: WalkedBatch): void {
    this.#dating.take(batch, (broken, at) => this.#violations.add(broken, at));
    for (const entry of batch.entries) {
      const { type } = entry.place;
      this.#events.set(type, (this.#events.get(type) ?? 0) + 1);
      if (entry.unknown) this.#unknown += 1;
      this.#meaning.take(entry, this.#dating.latest);
      const { sequence, prev_hash } = entry.entry;
      this.#options.onPoint?.({ sequence: sequence - 1, hash: prev_hash });
    }
  }

  /** A later file says how far this one went. Cut there or changed there, it is this file that lacks something. */
  #checkEnd(
    file: JournalFile,
    walk: JournalWalk,
    tail: LineTail | undefined,
    next: OpenedFile | undefined,
  ): void {
    const { sequence, hash } = walk.committed;
    if (tail !== undefined && (next === undefined ? !isTornLine(tail) : true)) {
      const what = `${file.name} line ${tail.number}, entry ${walk.head.sequence}: the end of the line was changed`;
      const place = { file: file.name, line: tail.number, sequence: walk.head.sequence };
      throw new JournalError('line_malformed', `${what}.`, { place });
    }
    if (next === undefined) return;
    const continues = next.header.prev_last_sequence;
    const where = `${file.name} ends at entry ${sequence}, ${next.file.name} continues from entry ${continues}`;
    const place = { file: file.name, line: walk.committedEnd.number, sequence: sequence + 1 };
    if (continues > sequence)
      throw new JournalError('entry_removed', `${where}: what is between is gone.`, { place });
    if (continues < sequence || next.header.prev_last_hash !== hash)
      throw headerFault(
        'header_mismatch',
        next.file,
        `it does not continue from entry ${sequence} as it was found`,
      );
  }

  async #noteLeftover(file: JournalFile, walk: JournalWalk, next: OpenedFile | undefined): Promise<void> {
    const { bytes, entries } = await countLeftover(file, walk.committedEnd, file.bytes);
    if (bytes === 0) return;
    const where = `${file.name} from line ${walk.committedEnd.number}`;
    const what = `${entries} entries, ${bytes} bytes`;
    this.#notes.push(
      next === undefined
        ? {
            code: 'torn_tail',
            message: `${where}: a batch without its commit (${what}). It was never acknowledged; the ledger cuts it off when it starts, or is writing it now.`,
            file: file.name,
          }
        : {
            code: 'ignored_entries',
            message: `${where}: ${what} from which no later file continues. They do not count.`,
            file: file.name,
          },
    );
  }
}
