import type { LawId } from '../laws.js';
import type { JournalErrorCode } from './errors.js';

export interface JournalFault {
  readonly code: JournalErrorCode;
  /** The law broken; null where the code is about what the journal was compared with. */
  readonly law: LawId | null;
  readonly message: string;
  readonly next: string;
  /** Null where the fault is the folder's, not a file's. */
  readonly file: string | null;
  readonly line: number | null;
  /** The entry concerned. */
  readonly sequence: number | null;
}

/** Worth knowing, and no fault of the chain. */
export interface JournalNote {
  readonly code: 'torn_tail' | 'torn_file' | 'ignored_entries' | 'deposed_file' | 'unknown_events';
  readonly message: string;
  readonly file: string;
}

export interface TermReport {
  readonly term: number;
  readonly file: string;
  readonly firstSequence: number;
  /** `firstSequence - 1` where the file has no entry that counts. */
  readonly lastSequence: number;
}

export interface JournalReport {
  /** Neither a fault nor a violation. */
  readonly ok: boolean;
  /** Committed and verified, up to the fault if there is one. */
  readonly entries: number;
  readonly lastSequence: number;
  readonly lastHash: string;
  /** One per file, in order. */
  readonly terms: readonly TermReport[];
  /** Entries by event type. */
  readonly events: Readonly<Record<string, number>>;
  readonly streams: number;
  readonly notes: readonly JournalNote[];
  /** The first thing amiss: of the chain, or where that is whole, of what it says. */
  readonly fault?: JournalFault;
  /** Laws broken by what correctly signed entries say, in the order of the ledger; at most `violationsMax`. */
  readonly violations: readonly JournalFault[];
  readonly violationsFound: number;
  readonly elapsedMs: number;
}

export interface JournalProgress {
  readonly entries: number;
  readonly bytes: number;
  readonly bytesTotal: number;
}

/** More are counted and not told. */
export const violationsMax = 100;
