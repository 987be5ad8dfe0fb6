import { Fault, type FaultDetails } from '@marketops/contracts';

const nextByCode = {
  header_invalid: 'Restore the file from a mirror: its first line is not what a ledger writer signed.',
  header_mismatch: 'Check that all files belong to one log and none was renamed or exchanged.',
  line_malformed: 'Compare the file with a mirror from this line on.',
  line_too_long: 'Compare the file with a mirror from this line on: no writer makes such a line.',
  batch_too_large: 'Compare the file with a mirror: no writer makes such a batch.',
  statement_invalid: 'Trust nothing this statement covers: the actor named did not sign it.',
  statement_mismatch: 'Compare the file with a mirror: an entry and its statement do not belong together.',
  entry_changed: 'Compare the entry with a mirror or with the stream in Redis; a byte of it was changed.',
  entry_reordered:
    'Compare the file with a mirror: its entries no longer stand in the order they were written.',
  entry_removed: 'Compare the folder with a mirror: what is named is missing.',
  emitter_not_allowed: 'Treat the key of this actor as compromised: it signed what it may not say.',
  stream_gap: 'Compare the file with a mirror: a stream is not gapless.',
  commit_invalid: 'Compare the file with a mirror: the batch is not closed by the ledger’s signature.',
  tail_cut: 'Stop the ledger and restore its newest files: entries that were there are gone.',
  history_rewritten: 'Stop trusting this journal: it is not the one seen before.',
  journal_unreadable: 'Check that the folder exists and that this user may read it.',
  position_invalid: 'Run the ledger once so that it rebuilds its index, or verify the journal.',
  index_missing: 'Start the ledger once: it makes the index from its journal.',
  index_invalid:
    'Stop the ledger, remove the folder named, and start it: the index is made again from the journal.',
  pin_invalid: 'Look at the file. Remove it only if you know why it changed: it remembers what the log was.',
} as const;

export type JournalErrorCode = keyof typeof nextByCode;

/** Where in the journal something was found. */
export interface JournalPlace {
  /** The file's name, without its folder. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** The entry concerned: the one on the line, or the next one expected there. */
  readonly sequence: number;
}

/** The journal, its index or a pin is not what it should be. Always terminal: the same bytes get the same answer. */
export class JournalError extends Fault<JournalErrorCode> {
  readonly place: JournalPlace | undefined;

  constructor(
    code: JournalErrorCode,
    message: string,
    details: Partial<FaultDetails> & { readonly place?: JournalPlace | undefined } = {},
  ) {
    super(code, message, { next: nextByCode[code], ...details });
    this.place = details.place;
  }
}

/** A fault of a line's bytes does not know which entry it concerns; whoever walks the chain does. */
export const withSequence = (fault: JournalError, sequence: number): JournalError =>
  fault.place?.sequence === 0
    ? new JournalError(fault.code, fault.message, { place: { ...fault.place, sequence }, cause: fault.cause })
    : fault;
