import type { ApprovalClaims, ApprovalVerdict, Audience, OperationSet } from '@marketops/contracts';
import { isoTime, newUlid } from '@marketops/engine';
import type { ShownPlan } from './shown-plan.js';

/** Somebody's word on a plan, before it is signed. */
export interface ApprovalDraft {
  readonly verdict: ApprovalVerdict;
  readonly operations: OperationSet;
  /** The grant that is taken back; null for the others. */
  readonly withdraws: string | null;
  readonly approver: string;
  readonly keyId: string;
  readonly reason: string | null;
  readonly audience: Audience;
  readonly nowMs: number;
  /** How long the word can be counted. */
  readonly expiresMs: number;
}

/** What the approver is to sign: the digest is that of the plan which was shown, and nothing of it is left to whoever carries it. */
export const approvalClaims = ({ record, digest }: ShownPlan, draft: ApprovalDraft): ApprovalClaims => ({
  version: 1,
  approval_id: newUlid(),
  verdict: draft.verdict,
  run_id: record.runId,
  plan_digest: digest,
  operations: draft.operations,
  audience: draft.audience,
  approver: draft.approver,
  key_id: draft.keyId,
  reason: draft.reason,
  withdraws: draft.withdraws,
  issued_at: isoTime(draft.nowMs),
  expires_at: isoTime(draft.nowMs + draft.expiresMs),
});
