import { Fault, type FaultDetails } from '@marketops/contracts';
import { JournalError, type JournalErrorCode, lawOf } from '../journal/errors.js';
import type { LawId } from '../laws.js';

const nextByCode = {
  bundle_malformed: 'Get the file again, byte for byte: these bytes are no proof bundle.',
  bundle_too_large: 'Verify the journal instead: a run of this size has no bundle.',
  bundle_mismatch:
    'Believe only the entries: what this bundle says of them is not what they say. Have it made anew.',
  bundle_foreign: 'Ask for the bundle of the run and the log that are meant.',
  bundle_unsigned:
    'Do not act on it: no key of the keyring that counts has signed its checkpoint. Check whose keyring it is.',
  bundle_incomplete: 'Ask for the whole bundle: entries that its own entries name were left out.',
  entry_not_in_log: 'Do not act on it: the log whose checkpoint this is does not have this entry there.',
  checkpoint_contradicted:
    'Keep both checkpoints: together they show that the log was forked or rewritten. Stop trusting it.',
  checkpoint_unproven: 'Name the tiles of the log, from which the proof between two sizes can be had.',
} as const;

export type BundleErrorCode = keyof typeof nextByCode;

/** What only a bundle can be found guilty of; everything else it shares with a journal. */
export const lawByBundleVerdict = {
  bundle_malformed: 'L3',
  bundle_mismatch: 'L3',
  bundle_foreign: 'L3',
  bundle_unsigned: 'L1',
  bundle_incomplete: 'E1',
  entry_not_in_log: 'L1',
  checkpoint_contradicted: 'L1',
} as const satisfies Partial<Record<BundleErrorCode, LawId>>;

/** A bundle cannot be made or is not one. Always terminal: the same bytes get the same answer. */
export class BundleError extends Fault<BundleErrorCode> {
  /** The entry concerned. */
  readonly sequence: number | null;

  constructor(
    code: BundleErrorCode,
    message: string,
    details: Partial<FaultDetails> & { readonly sequence?: number | undefined } = {},
  ) {
    super(code, message, { next: nextByCode[code], ...details });
    this.sequence = details.sequence ?? null;
  }
}

/** Of what a bundle can be found guilty. */
export interface BundleFault {
  readonly code: BundleErrorCode | JournalErrorCode;
  readonly law: LawId | null;
  readonly message: string;
  readonly next: string;
  readonly sequence: number | null;
}

/** A verdict that a journal can get as well, at an entry of a bundle. */
export const entryFault = (
  code: JournalErrorCode,
  sequence: number,
  what: string,
  cause?: unknown,
): JournalError =>
  new JournalError(code, `entry ${sequence}: ${what.replace(/\.$/, '')}.`, {
    place: { file: 'bundle', line: 0, sequence },
    cause,
  });

export const bundleFaultOf = (fault: BundleError | JournalError): BundleFault => ({
  code: fault.code,
  law:
    fault instanceof JournalError
      ? lawOf(fault.code)
      : Object.hasOwn(lawByBundleVerdict, fault.code)
        ? lawByBundleVerdict[fault.code as keyof typeof lawByBundleVerdict]
        : null,
  message: fault.message,
  next: fault.next,
  sequence: fault instanceof JournalError ? (fault.place?.sequence ?? null) : fault.sequence,
});
