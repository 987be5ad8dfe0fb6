import { Fault, type FaultDetails } from '@marketops/contracts';
import type { JournalPlace } from '@marketops/verifier';

const nextByCode = {
  position_invalid: 'Run the ledger once so that it rebuilds its index, or verify the journal.',
  index_missing: 'Start the ledger once: it makes the index from its journal.',
  index_invalid:
    'Stop the ledger, remove the folder named, and start it: the index is made again from the journal.',
} as const;

export type IndexErrorCode = keyof typeof nextByCode;

/** The index beside the journal is not what it should be. Always terminal: the same bytes get the same answer. */
export class IndexError extends Fault<IndexErrorCode> {
  /** Where the index said that the entry stands. */
  readonly place: JournalPlace | undefined;

  constructor(
    code: IndexErrorCode,
    message: string,
    details: Partial<FaultDetails> & { readonly place?: JournalPlace | undefined } = {},
  ) {
    super(code, message, { next: nextByCode[code], ...details });
    this.place = details.place;
  }
}
