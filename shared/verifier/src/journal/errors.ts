import { Fault, type FaultDetails } from '@marketops/contracts';
import { ProofError } from '@marketops/proof';
import type { LawId } from '../laws.js';

const nextByCode = {
  header_invalid: 'Restore the file from a mirror: its first line is not what a ledger writer signed.',
  header_mismatch: 'Check that all files belong to one log and none was renamed or exchanged.',
  line_malformed: 'Compare the file with a mirror from this line on.',
  line_too_long: 'Compare the file with a mirror from this line on: no writer makes such a line.',
  batch_too_large: 'Compare the file with a mirror: no writer makes such a batch.',
  segment_damaged:
    'Put the file back from a mirror. Where `gzip -t` finds nothing wrong, `gzip -d` makes the plain file of it again.',
  statement_invalid: 'Trust nothing this statement covers: the actor named did not sign it.',
  statement_mismatch: 'Compare the file with a mirror: an entry and its statement do not belong together.',
  key_revoked: 'Trust nothing this key signed from its revocation on; look where the key has been since.',
  key_out_of_time:
    'Look at who holds this key, and at the clocks: it signed outside the time the keyring lists it for.',
  entry_changed: 'Compare the entry with a mirror or with the stream in Redis; a byte of it was changed.',
  entry_reordered:
    'Compare the file with a mirror: its entries no longer stand in the order they were written.',
  entry_removed: 'Compare the folder with a mirror: what is named is missing.',
  emitter_not_allowed: 'Treat the key of this actor as compromised: it signed what it may not say.',
  stream_gap: 'Compare the file with a mirror: a stream is not gapless.',
  commit_invalid: 'Compare the file with a mirror: the batch is not closed by the ledger’s signature.',
  tail_cut: 'Stop the ledger and restore its newest files: entries that were there are gone.',
  history_rewritten: 'Stop trusting this journal: it is not the one seen before.',
  journal_forked:
    'Stop the ledger: two histories carry its signature. Compare both from the entry named with every mirror.',
  effect_without_receipt:
    'Treat the publisher’s key as compromised: look at the effect named, and revoke the key.',
  receipt_reused: 'Treat the publisher’s key as compromised: one authorization was used for two starts.',
  receipt_outlived: 'Look at the publisher’s clock and key: it started after its receipt had run out.',
  receipt_misbound: 'Treat federation’s key as compromised: its receipt is not for the operation planned.',
  receipt_forged:
    'Treat federation’s actor key as compromised: it said a receipt that the mint never signed.',
  approval_forged:
    'Treat the console’s key as compromised: it carried an approval that its approver never signed.',
  receipt_without_policy: 'Treat federation’s keys as compromised: they minted without a decision by policy.',
  outcome_without_start: 'Look at the effect named: something was done, or said to be, without a start.',
  audit_misbound: 'Treat the publisher’s key as compromised: its record names another receipt.',
  audit_untrue:
    'Treat the publisher’s key as compromised: its record tells of something else than was planned here.',
  dry_run_shipped: 'Treat the key of this actor as compromised: a dry run has no receipts and no effects.',
  tiles_unsigned: 'Do not act on this log: no key of the keyring that counts has signed its checkpoint.',
  tiles_incomplete:
    'Fetch it from a mirror, or have the ledger project its journal anew: something is missing.',
  tiles_malformed: 'Fetch it again or from a mirror: these bytes are no entries of a log.',
  tiles_mismatch: 'Stop trusting this copy: entries, tiles and checkpoint are not of one tree.',
  tiles_unreadable: 'Check the folder or address, and try again; nothing has been judged.',
  journal_unreadable: 'Check that the folder exists and that this user may read it.',
  copy_invalid: 'Verify the copy by itself: what does not hold is no memory to compare with.',
  checkpoint_invalid:
    'Take the checkpoint from where it was kept again; it must be signed by a checkpoint key of this keyring.',
  pin_invalid: 'Look at the file. Remove it only if you know why it changed: it remembers what the log was.',
} as const;

export type JournalErrorCode = keyof typeof nextByCode;

/** What a journal can be found guilty of, with the law it breaks. Every other code is about what it was compared with. */
export const lawByVerdict = {
  header_invalid: 'L1',
  header_mismatch: 'L1',
  line_malformed: 'L1',
  line_too_long: 'L1',
  batch_too_large: 'L1',
  segment_damaged: 'L1',
  statement_invalid: 'E3',
  statement_mismatch: 'L1',
  key_revoked: 'E3',
  key_out_of_time: 'E3',
  entry_changed: 'L1',
  entry_reordered: 'L1',
  entry_removed: 'L1',
  emitter_not_allowed: 'E3',
  stream_gap: 'E1',
  commit_invalid: 'L1',
  tail_cut: 'L1',
  history_rewritten: 'L1',
  journal_forked: 'L1',
  effect_without_receipt: 'P1',
  receipt_reused: 'P4',
  receipt_outlived: 'P5',
  receipt_misbound: 'R1',
  receipt_forged: 'F1',
  approval_forged: 'F3',
  receipt_without_policy: 'F2',
  outcome_without_start: 'X1',
  audit_misbound: 'P6',
  audit_untrue: 'P6',
  dry_run_shipped: 'D1',
  tiles_unsigned: 'L1',
  tiles_incomplete: 'L1',
  tiles_malformed: 'L1',
  tiles_mismatch: 'L1',
} as const satisfies Partial<Record<JournalErrorCode, LawId>>;

export type VerdictCode = keyof typeof lawByVerdict;

/** Null for what breaks no law, such as a folder that cannot be read. */
export const lawOf = (code: JournalErrorCode): LawId | null =>
  Object.hasOwn(lawByVerdict, code) ? lawByVerdict[code as VerdictCode] : null;

/** Where in the journal something was found. */
export interface JournalPlace {
  /** The file's name, without its folder. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** The entry concerned: the one on the line, or the next one expected there. */
  readonly sequence: number;
}

/** The journal, or what was remembered of it, is not what it should be. Always terminal: the same bytes get the same answer. */
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

/** Nobody but the ledger says when the ledger signed: a key of its own that was revoked takes everything along. */
export const isRevoked = (cause: unknown): boolean =>
  cause instanceof ProofError && cause.code === 'key_revoked';

/** The place in words, as every verdict begins. */
export const whereIs = ({ file, line, sequence }: JournalPlace): string =>
  `${file} line ${line}, entry ${sequence}`;
