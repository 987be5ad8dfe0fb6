import {
  Approval,
  ApprovalClaims,
  ApprovalVerdict,
  KeyId,
  OperationSet,
  PublicationPlan,
  Remark,
  Ulid,
} from '@marketops/contracts';
import { body, json, named, operation, z } from '../define.js';
import { ReasonView, Recorded, RunPath } from '../shared.js';

const ApprovalBody = named('Approval', Approval);

const Need = z.strictObject({
  policy_id: z.string(),
  approvals: z.int(),
  group: z.string().nullable(),
  /** How many of those count by now. */
  have: z.int(),
});

const ApprovalRequestView = z
  .strictObject({
    request_id: z.string(),
    plan_digest: z.string(),
    operation_ids: z.array(z.string()),
    needs: z.array(Need),
    /** Facts that were asked for. */
    evidence: z.array(z.string()),
    missing_evidence: z.array(z.string()),
    reasons: z.array(ReasonView),
    expires_at: z.string(),
    standing: z.enum(['open', 'expired', 'answered']),
  })
  .openapi('ApprovalRequest');

const SaidView = z
  .strictObject({
    approval: ApprovalBody,
    recorded_at: z.string(),
    groups: z.array(z.string()),
    counts: z.boolean(),
    counts_for: z.array(z.string()),
    /** Why it does not count. */
    because: z.string().nullable(),
  })
  .openapi('Said');

export const RunApprovalsView = z
  .strictObject({
    run_id: z.string(),
    tenant_id: z.string(),
    principal: z.string().nullable(),
    repositories: z.array(z.string()),
    status: z.string(),
    plan_digest: z.string().nullable(),
    requests: z.array(ApprovalRequestView),
    said: z.array(SaidView),
    /** Whether the caller’s word could count, and why not: nobody approves their own plan. */
    caller: z.strictObject({
      may: z.boolean(),
      code: z.string().nullable(),
      why: z.string().nullable(),
      /** Ids of the caller’s own grants that count, which could be withdrawn. */
      grants: z.array(z.string()),
    }),
  })
  .openapi('RunApprovals');

export const listApprovals = operation({
  operationId: 'listApprovals',
  method: 'get',
  path: '/v1/approvals',
  tags: ['Approvals'],
  summary: 'Runs that wait for people',
  responses: {
    200: json(
      'Those with an open request, the one that expires first at the top',
      z
        .strictObject({
          runs: z.array(RunApprovalsView),
          /** Unfinished runs that were not looked at, where there are very many. */
          not_looked_at: z.int(),
          now: z.string(),
        })
        .openapi('ApprovalInbox'),
    ),
  },
});

export const getRunApprovals = operation({
  operationId: 'getRunApprovals',
  method: 'get',
  path: '/v1/runs/{run_id}/approvals',
  tags: ['Approvals'],
  summary: 'What was asked of people about a run, and what they have said',
  request: { params: RunPath },
  responses: { 200: json('All of it', RunApprovalsView) },
});

/** What is to be signed, byte for byte. */
const toSign = {
  payload_type: z.string(),
  /** The claims’ RFC 8785 form, base64. */
  payload_base64: z.string(),
  /** DSSE’s pre-authentication encoding of both, base64: exactly these bytes are signed with Ed25519. */
  pae_base64: z.string(),
  /** SHA-256 of the same, base64url: the challenge of a passkey. */
  challenge: z.string(),
};

/** A listed key; of a passkey also what the browser asks its authenticator for. */
export const KeyToSignWith = z
  .strictObject({
    key_id: z.string(),
    /** `ed25519` or `webauthn-es256`. */
    algorithm: z.string(),
    public_key: z.string(),
    credential_id: z.string().nullable(),
    rp_id: z.string().nullable(),
  })
  .openapi('KeyToSignWith');

const ApprovalToSign = z
  .strictObject({
    claims: named('ApprovalClaims', ApprovalClaims),
    ...toSign,
    plan: named('PublicationPlan', PublicationPlan),
    /** The operations it is about, whole: their digests stand in the plan. */
    operations: z.array(z.record(z.string(), z.unknown())),
    /** The listed key it is to be signed with. */
    key: KeyToSignWith,
  })
  .openapi('ApprovalToSign');

export const prepareApproval = operation({
  operationId: 'prepareApproval',
  method: 'post',
  path: '/v1/runs/{run_id}/approvals/to-sign',
  tags: ['Approvals'],
  summary: 'The exact bytes that an approver signs; nothing is said by it',
  description:
    'Refused where the word would not count. Recompute the digests from the plan and the operations before signing: the server is only the carrier.',
  request: {
    params: RunPath,
    body: body(
      z.strictObject({
        verdict: ApprovalVerdict,
        operations: OperationSet,
        key_id: KeyId,
        reason: Remark.nullable().default(null),
        /** The grant to take back; for `withdraw` alone. */
        withdraws: Ulid.nullable().default(null),
        /** How long a grant counts. */
        expires_in_ms: z
          .int()
          .min(60_000)
          .max(7 * 86_400_000)
          .default(86_400_000),
      }),
    ),
  },
  responses: { 200: json('What to sign', ApprovalToSign) },
});

export const carryApproval = operation({
  operationId: 'carryApproval',
  method: 'post',
  path: '/v1/runs/{run_id}/approvals',
  tags: ['Approvals'],
  summary: 'Carry a signed word to the run',
  description:
    'The approver must be the caller. The same word again, an altered one, or one for another plan is refused. Answered when the ledger has acknowledged it.',
  request: { params: RunPath, body: body(ApprovalBody) },
  responses: { 201: json('It stands in the run’s stream', Recorded) },
});

export { toSign };
