import type { JournalErrorCode } from './errors.js';

export interface JournalFault {
  readonly code: JournalErrorCode;
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
  readonly code: 'torn_tail' | 'torn_file' | 'ignored_entries' | 'unknown_events';
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
  readonly fault?: JournalFault;
  readonly elapsedMs: number;
}

export interface JournalProgress {
  readonly entries: number;
  readonly bytes: number;
  readonly bytesTotal: number;
}
