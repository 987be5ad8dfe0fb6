import { type LedgerEntry, Statement } from '@marketops/contracts';
import {
  type CryptoPort,
  genesisHash,
  type OpenKeyring,
  ProofError,
  type SignatureCache,
  verifyEntry,
} from '@marketops/proof';
import { type JournalCommit, readCommit } from './commit.js';
import { asUnrevoked } from './dating.js';
import { claimedPlace, eventBytesOf } from './entry-bytes.js';
import { isRevoked, JournalError, type JournalErrorCode, type JournalPlace, whereIs } from './errors.js';
import { type JournalFileId, journalFileName } from './file-name.js';
import type { JournalLine, LineRange } from './lines.js';
import type { JournalPosition } from './position.js';
import { checkSignature, type EventPlace, isUnknownEvent, placeFault, placeOf } from './segment-check.js';

/** How far the chain goes. */
export interface ChainPoint {
  /** 0 before the first entry. */
  readonly sequence: number;
  readonly hash: string;
}
export const genesis: ChainPoint = { sequence: 0, hash: genesisHash };

export interface WalkedEntry {
  readonly position: JournalPosition;
  readonly entry: LedgerEntry;
  readonly place: EventPlace;
  /** Of the file; counts from 1. */
  readonly line: number;
  /** Correctly signed, of a type or version this release does not know. */
  readonly unknown: boolean;
  /** The key of the statement it stands under. */
  readonly keyId: string;
}

export interface WalkedBatch {
  readonly commit: JournalCommit;
  readonly entries: readonly WalkedEntry[];
  /**
   * The first entry of every segment that a key signed which has been revoked since. Each signature holds; whether it was
   * made in time is for the reader to say, from the commits so far.
   */
  readonly revokedSince: readonly WalkedEntry[];
  /** Where the next batch begins. */
  readonly end: LineRange;
}

export interface WalkOptions {
  readonly crypto: CryptoPort;
  readonly keyring: OpenKeyring;
  readonly cache: SignatureCache;
  readonly file: JournalFileId;
  /** The chain before the first line that will be given. */
  readonly from: ChainPoint;
  readonly at: LineRange;
  /** Stream → last seq. Where `streamsComplete` is false a stream not in it may begin anywhere. */
  readonly streams: { get(stream: string): number | undefined; set(stream: string, seq: number): unknown };
  readonly streamsComplete: boolean;
  /** Entries beyond this sequence do not count: a later file does not continue from them. */
  readonly until?: number | undefined;
  readonly onCommit?: ((batch: WalkedBatch) => void) | undefined;
  /** Called with every entry whose number and predecessor are right, committed or not. */
  readonly onEntry?: ((point: ChainPoint, bytes: string, place: () => JournalPlace) => void) | undefined;
}

interface Segment {
  readonly line: JournalLine;
  readonly statement: Statement;
  readonly digest: string;
  readonly events: string[];
  readonly entries: { line: JournalLine; entry: LedgerEntry; place: EventPlace }[];
}

/** Bytes of one batch that a reader holds at most; a writer ends a batch far earlier. */
const batchBytesMax = 64 * 1_048_576;

/**
 * Walks the lines of one file after its header and derives everything again: canonical form, digests, chain,
 * statements, who may say what, gapless streams, commits.
 *
 *     between batches ──S──▶ in a segment ──E──▶ in a segment ──S──▶ in a segment
 *           ▲                                        │
 *           └──────────────────── C ─────────────────┘
 *
 * An `S` needs at least one `E` before the next `S` or the `C`. A segment is checked when it is complete; a batch counts
 * when its `C` stands.
 */
export class JournalWalk {
  #options: WalkOptions;
  #head: ChainPoint;
  #committed: ChainPoint;
  #committedEnd: LineRange;
  #segment: Segment | undefined;
  #batch: WalkedEntry[] = [];
  #batchFrom: number;
  #revokedSince: WalkedEntry[] = [];
  readonly #unrevoked: OpenKeyring;

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#head = options.from;
    this.#committed = options.from;
    this.#committedEnd = options.at;
    this.#batchFrom = options.at.offset;
    this.#unrevoked = asUnrevoked(options.crypto, options.keyring);
  }

  /** The chain with what is not committed yet. */
  get head(): ChainPoint {
    return this.#head;
  }
  get committed(): ChainPoint {
    return this.#committed;
  }
  /** Whether nothing more in this file counts. */
  get isOver(): boolean {
    const { until } = this.#options;
    return until !== undefined && this.#committed.sequence >= until;
  }
  get committedEnd(): LineRange {
    return this.#committedEnd;
  }

  /**
   * Takes the next line.
   * @returns false where nothing more in this file counts
   * @throws JournalError naming file, line and entry
   */
  take(line: JournalLine): boolean {
    if (this.isOver) return false;
    if (line.offset - this.#batchFrom > batchBytesMax)
      throw this.#fault('batch_too_large', line, `a batch is larger than ${batchBytesMax} bytes`);
    const text = line.text.slice(2);
    switch (line.text.slice(0, 2)) {
      case 'S ':
        this.#beginSegment(line, text);
        return true;
      case 'E ':
        this.#addEntry(line, text);
        return true;
      case 'C ':
        this.#commit(line, text);
        // Before the next line is read: what a deposed writer added need not even be text.
        return !this.isOver;
      default:
        throw this.#fault('line_malformed', line, 'a line begins with neither S, E nor C');
    }
  }

  #beginSegment(line: JournalLine, text: string): void {
    this.#endSegment(line);
    let statement: Statement;
    try {
      statement = Statement.parse(JSON.parse(text));
    } catch (cause) {
      throw this.#fault('statement_invalid', line, 'the statement cannot be read', cause);
    }
    const digest = this.#options.crypto.sha256Hex(text);
    this.#segment = { line, statement, digest, events: [], entries: [] };
  }

  #addEntry(line: JournalLine, bytes: string): void {
    const segment = this.#segment;
    if (segment === undefined) throw this.#fault('statement_mismatch', line, 'no statement stands above it');
    const sequence = this.#head.sequence + 1;
    const { entry, hash } = this.#verifyEntry(line, bytes, sequence);
    if (entry.statement_digest !== segment.digest) {
      throw this.#fault(
        'statement_mismatch',
        line,
        `it does not name the statement above it (line ${segment.line.number}); one of the two was changed`,
      );
    }
    const place = placeOf(entry);
    if (place === undefined) throw this.#fault('entry_changed', line, 'its event has no place');
    this.#options.onEntry?.({ sequence, hash }, bytes, () => this.#place(line, sequence));
    segment.events.push(eventBytesOf(bytes, sequence));
    segment.entries.push({ line, entry, place });
    this.#head = { sequence, hash };
  }

  #verifyEntry(line: JournalLine, bytes: string, sequence: number): { entry: LedgerEntry; hash: string } {
    try {
      return verifyEntry(this.#options.crypto, {
        bytes,
        expectedSequence: sequence,
        expectedPrevHash: this.#head.hash,
      });
    } catch (cause) {
      if (!(cause instanceof ProofError)) throw cause;
      throw this.#entryFault(line, bytes, sequence, cause);
    }
  }

  /** Tells a changed entry from one that stands in another's place. */
  #entryFault(line: JournalLine, bytes: string, sequence: number, cause: ProofError): JournalError {
    const claimed = cause.code === 'chain_broken' ? claimedPlace(bytes) : undefined;
    if (claimed === undefined || claimed.prevHash === this.#head.hash || claimed.sequence === sequence) {
      const what =
        claimed?.sequence === sequence
          ? 'it does not follow the entry before it; one of the two was changed'
          : cause.message;
      return this.#fault('entry_changed', line, what, cause);
    }
    const code = claimed.sequence > sequence ? 'entry_removed' : 'entry_reordered';
    return this.#fault(code, line, `entry ${claimed.sequence} stands in its place`, cause);
  }

  #endSegment(before: JournalLine): void {
    const segment = this.#segment;
    if (segment === undefined) return;
    const [first] = segment.entries;
    if (first === undefined)
      throw this.#fault(
        'statement_mismatch',
        before,
        `the statement on line ${segment.line.number} has no entry`,
      );
    const { stream, seq: firstSeq } = first.place;
    this.#checkPlaces(segment, stream, firstSeq);
    const isRevokedSince = this.#checkStatement(segment, stream, firstSeq);
    const firstAt = this.#batch.length;
    this.#options.streams.set(stream, firstSeq + segment.entries.length - 1);
    const segmentLength = before.offset - segment.line.offset - 1;
    const { term, firstSequence } = this.#options.file;
    for (const { line, entry, place } of segment.entries) {
      const position = {
        term,
        firstSequence,
        sequence: entry.sequence,
        offset: line.offset + 2,
        length: line.length - 2,
        segmentOffset: segment.line.offset,
        segmentLength,
      };
      this.#batch.push({
        ...{ position, entry, place, line: line.number, unknown: isUnknownEvent(place) },
        keyId: segment.statement.key_id,
      });
    }
    const firstEntry = this.#batch[firstAt];
    if (isRevokedSince && firstEntry !== undefined) this.#revokedSince.push(firstEntry);
    this.#segment = undefined;
  }

  #checkPlaces(segment: Segment, stream: string, firstSeq: number): void {
    const { streams, streamsComplete } = this.#options;
    segment.entries.forEach(({ line, entry, place }, index) => {
      const expected = { stream, seq: firstSeq + index, actor: segment.statement.actor };
      const fault = placeFault(place, expected);
      if (fault !== undefined)
        throw this.#fault('emitter_not_allowed', line, fault, undefined, entry.sequence);
    });
    const last = streams.get(stream) ?? (streamsComplete ? 0 : firstSeq - 1);
    const [first] = segment.entries;
    if (firstSeq !== last + 1 && first !== undefined) {
      const what = `${stream} goes from seq ${last} to ${firstSeq}`;
      throw this.#fault('stream_gap', first.line, what, undefined, first.entry.sequence);
    }
  }

  /** @returns whether its key has been revoked since */
  #checkStatement({ statement, events, line, entries }: Segment, stream: string, firstSeq: number): boolean {
    const { crypto, keyring, cache } = this.#options;
    const ask = (by: OpenKeyring): void =>
      checkSignature(crypto, { statement, stream, firstSeq, events }, { keyring: by, cache });
    try {
      try {
        ask(keyring);
        return false;
      } catch (cause) {
        if (!isRevoked(cause)) throw cause;
        ask(this.#unrevoked);
        return true;
      }
    } catch (cause) {
      if (!(cause instanceof ProofError)) throw cause;
      const sequence = entries[0]?.entry.sequence;
      throw this.#fault('statement_invalid', line, cause.message, cause, sequence);
    }
  }

  #commit(line: JournalLine, text: string): void {
    this.#endSegment(line);
    const { crypto, keyring, file, until, onCommit } = this.#options;
    // Where nothing waits to be committed, the line itself is the stranger, in the place of the next entry.
    const sequence = Math.max(this.#head.sequence, this.#committed.sequence + 1);
    let commit: JournalCommit;
    try {
      commit = readCommit(crypto, text, keyring);
    } catch (cause) {
      if (isRevoked(cause))
        throw this.#fault(
          'key_revoked',
          line,
          'the key that signed the commit has been revoked',
          cause,
          sequence,
        );
      throw this.#fault('commit_invalid', line, 'the commit is not what the ledger signed', cause, sequence);
    }
    const holds =
      commit.term === file.term &&
      commit.first_sequence === this.#committed.sequence + 1 &&
      commit.last_sequence === this.#head.sequence &&
      commit.last_sequence >= commit.first_sequence &&
      commit.last_hash === this.#head.hash;
    if (!holds) {
      const what = `the commit speaks of term ${commit.term} and entries ${commit.first_sequence} to ${commit.last_sequence}, not of what stands above it`;
      throw this.#fault('commit_invalid', line, what, undefined, sequence);
    }
    if (until !== undefined && commit.last_sequence > until)
      throw this.#fault('header_mismatch', line, `the next file continues from inside this batch (${until})`);
    this.#committed = this.#head;
    this.#committedEnd = { offset: line.offset + line.length + 1, number: line.number + 1 };
    this.#batchFrom = this.#committedEnd.offset;
    const { committedEnd: end } = this;
    onCommit?.({ commit, entries: this.#batch, revokedSince: this.#revokedSince, end });
    this.#batch = [];
    this.#revokedSince = [];
  }

  #place(line: JournalLine, sequence = this.#head.sequence + 1): JournalPlace {
    return { file: journalFileName(this.#options.file), line: line.number, sequence };
  }

  #fault(
    code: JournalErrorCode,
    line: JournalLine,
    what: string,
    cause?: unknown,
    sequence?: number,
  ): JournalError {
    const place = this.#place(line, sequence);
    return new JournalError(code, `${whereIs(place)}: ${what.replace(/\.$/, '')}.`, {
      place,
      cause,
    });
  }
}
