import { Fault, type FaultDetails, type GateCheck, gateCheckNumber, type Reason } from '@marketops/contracts';

const nextByCode = {
  receipt_refused: 'See the reason; submit a plan, and present the receipt exactly as federation issued it.',
  recovery_failed:
    'Look at the repository; if the effect is missing, submit a new plan under a new idempotency key.',
  repository_changed: 'The name now belongs to another repository. Plan again against the one you mean.',
  repository_archived: 'Unarchive it, or plan for another repository.',
  release_conflict: 'Look at the release that is there; delete or rename it, then submit a new plan.',
  tag_elsewhere: 'Move or delete the tag, or plan the release at the commit it names.',
  tag_name_used_up:
    'An immutable release had this tag name, and GitHub gives it to no other. Plan the release under another tag.',
  tag_conflict: 'Look at the tag that is there; choose another name or delete it, then submit a new plan.',
  head_moved: 'Somebody has pushed since the plan was made. Submit a new plan.',
  head_repository_changed:
    'The head’s repository is another one now, or gone. Plan again from the one you mean.',
  base_missing: 'The base branch is gone. Submit a new plan against a branch that exists.',
  base_moved: 'The base has moved since the plan was made. Submit a new plan, or set base_may_move.',
  label_missing: 'Make the label on GitHub, then submit a new plan.',
  reviewer_refused: 'Give them access to the repository, or leave them out, then submit a new plan.',
  pull_unfinished: 'Add by hand what the message names, or close the pull request and submit a new plan.',
  pull_conflict: 'Look at the pull request that is open for these branches; close it or plan another.',
  release_changed:
    'The release is not the one the plan was made for any more. Look at it, then submit a new plan.',
  release_immutable:
    'Nothing can be added to an immutable release. Keep the file elsewhere, or attach it to another release.',
  asset_conflict: 'Look at the asset that is there; delete or rename it, or plan yours under another name.',
  asset_mismatch: 'The bytes are not what was authorized. Check the blob store, then submit a new plan.',
  verification_failed: 'GitHub shows something else than what was sent. Look at it before shipping again.',
  effect_unsettled: 'Nothing to do: it is looked up as soon as the request can no longer take effect.',
  reconcile_refused: 'Do as the message says, then sign a new order.',
  lease_lost: 'Nothing to do: another worker has taken the execution over.',
  unexpected: 'This is a defect: report it with the run id.',
} as const;

export type PublisherErrorCode = keyof typeof nextByCode;

/** What stops an execution. Terminal unless the details say otherwise. Messages hold no token and no raw answer. */
export class PublisherError<Code extends PublisherErrorCode = PublisherErrorCode> extends Fault<Code> {
  constructor(code: Code, message: string, details: Partial<FaultDetails> = {}) {
    super(code, message, { next: nextByCode[code], ...details });
  }
}

/** The gate said no. Thrown by the library API; the worker records an event instead. */
export class ReceiptValidationError extends PublisherError<'receipt_refused'> {
  readonly check: GateCheck;
  readonly reason: Reason;

  constructor(check: GateCheck, reason: Reason) {
    const message = `Check ${gateCheckNumber(check)} (${check}): ${reason.message}`;
    super('receipt_refused', message, { next: reason.remedy });
    this.check = check;
    this.reason = reason;
  }
}

/** It is not known whether the effect happened, and it cannot be found out: a person must look. */
export class RecoveryFailedError extends PublisherError<'recovery_failed'> {
  constructor(message: string, cause?: unknown) {
    super('recovery_failed', message, { cause });
  }
}
