import { z } from 'zod';
import {
  Base64,
  Digest,
  GroupName,
  KeyId,
  OperationId,
  PrincipalId,
  Remark,
  RunId,
  Time,
  Ulid,
} from './ids.js';
import { PasskeyAssertion } from './passkey.js';
import { Reason } from './plan.js';
import { Audience } from './receipt.js';

export const approvalPayloadType = 'application/vnd.marketops.approval.v1+json';

/** The operations of a plan that a statement covers: all of them, or those listed (the plan's digest fixes which exist). */
export const OperationSet = z.union([z.literal('all'), z.array(OperationId).min(1).max(100)]);
export type OperationSet = z.infer<typeof OperationSet>;

export const coversOperation = (set: OperationSet, operationId: string): boolean =>
  set === 'all' || set.includes(operationId);

/** `grant`: yes. `deny`: no, which ends the operations it covers. `withdraw`: takes back the approver's own grant. */
export const ApprovalVerdict = z.enum(['grant', 'deny', 'withdraw']);
export type ApprovalVerdict = z.infer<typeof ApprovalVerdict>;

/**
 * What an approver signs: one plan of one run, an operation set, an audience, an expiry and a nonce (the id). Worth
 * nothing for any other plan, and nothing once it has expired.
 */
export const ApprovalClaims = z.strictObject({
  version: z.literal(1),
  /** A ULID of the approver's own making: the nonce. */
  approval_id: Ulid,
  verdict: ApprovalVerdict,
  run_id: RunId,
  plan_digest: Digest,
  operations: OperationSet,
  audience: Audience,
  approver: PrincipalId,
  key_id: KeyId,
  reason: Remark.nullable(),
  /** The grant that is taken back; null for the others. */
  withdraws: Ulid.nullable(),
  issued_at: Time,
  expires_at: Time,
});
export type ApprovalClaims = z.infer<typeof ApprovalClaims>;

export const Approval = ApprovalClaims.extend({
  signature: Base64,
  /** Where the key is a passkey, and only there. */
  assertion: PasskeyAssertion.optional(),
});
export type Approval = z.infer<typeof Approval>;

/** How many people a policy wants to hear from, and from which group: any approver where it names none. */
export const ApprovalNeed = z.strictObject({
  policy_id: z.string().max(100),
  approvals: z.int().min(1).max(10),
  group: GroupName.nullable(),
});
export type ApprovalNeed = z.infer<typeof ApprovalNeed>;

/** What federation asks people, and issuers of evidence, for: data of `approval.requested`. */
export const ApprovalRequest = z.strictObject({
  request_id: Ulid,
  plan_digest: Digest,
  operation_ids: z.array(OperationId).min(1).max(100),
  /** Empty where only evidence is missing. */
  needs: z.array(ApprovalNeed).max(20),
  /** Facts that issuers have yet to vouch for, such as `ci.result=passed`. */
  evidence: z.array(z.string().max(130)).min(1).max(20).optional(),
  reasons: z.array(Reason).min(1).max(20),
  /** When the operations are given up if not enough has been said for them. */
  expires_at: Time,
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;
