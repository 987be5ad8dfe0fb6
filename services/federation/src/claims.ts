import type { AdvisoryClaims, Audience, Mode, Operation, Reason, ReceiptClaims } from '@marketops/contracts';
import { isoTime } from '@marketops/engine/deciding';
import { type CryptoPort, digestOf } from '@marketops/proof';

/** Where and as whom this federation authorizes. */
export interface Authority {
  readonly issuer: string;
  readonly audience: Audience;
  readonly receiptTtlMs: number;
}

/** What an answer is bound to: one operation of one plan of one run, in one epoch. */
export interface Binding {
  readonly runId: string;
  readonly tenantId: string;
  readonly mode: Mode;
  readonly planDigest: string;
  readonly epoch: number;
  readonly policyDigest: string;
  /** What the answer rests on; its digest is the `evidence_digest`. */
  readonly evidence: unknown;
}

/** What a receipt is bounded by beside its own lifetime. */
export interface Bounds {
  /** When the authorization ends, epoch milliseconds: no receipt outlives it. */
  readonly notAfterMs: number;
  /** The receipt that it replaces. */
  readonly supersedes?: string;
}

/** Values `decide` may not make itself. */
export interface Fresh {
  readonly nowMs: number;
  readonly decisionId: string;
  /** A ULID: becomes the receipt's or the advisory's id. */
  readonly answerId: string;
}

/** The keys an answer is signed with, by name. */
export interface SigningNames {
  readonly keyId: string;
  readonly hmacKeyId: string;
}

/**
 * What a receipt says, all but its signatures: worth nothing until federation's mint has signed it. Pure. Claims are written
 * out whole, in canonical order: they are serialised once to be signed and again with every event and job they stand in, and
 * what is in order need not be sorted.
 */
export function receiptClaims(
  crypto: CryptoPort,
  authority: Authority,
  names: SigningNames,
  operation: Pick<Operation, 'operation_id' | 'kind'>,
  operationDigest: string,
  binding: Binding,
  fresh: Fresh,
  { notAfterMs, supersedes }: Bounds,
): ReceiptClaims {
  const issuedAt = isoTime(fresh.nowMs);
  return {
    audience: inCanonicalOrder(authority.audience),
    decision_id: fresh.decisionId,
    enforceable: true,
    epoch: binding.epoch,
    evidence_digest: digestOf(crypto, binding.evidence),
    expires_at: isoTime(Math.min(fresh.nowMs + authority.receiptTtlMs, notAfterMs)),
    hmac_key_id: names.hmacKeyId,
    issued_at: issuedAt,
    issuer: authority.issuer,
    key_id: names.keyId,
    mode: 'prod',
    not_before: issuedAt,
    operation_digest: operationDigest,
    operation_id: operation.operation_id,
    operation_kind: operation.kind,
    plan_digest: binding.planDigest,
    policy_digest: binding.policyDigest,
    receipt_id: `rcp_${fresh.answerId}`,
    run_id: binding.runId,
    ...(supersedes === undefined ? {} : { supersedes }),
    tenant_id: binding.tenantId,
  };
}

/** What an advisory says, all but its signature. Pure. */
export function advisoryClaims(
  crypto: CryptoPort,
  authority: Pick<Authority, 'issuer' | 'audience'>,
  { keyId }: Pick<SigningNames, 'keyId'>,
  operation: Pick<Operation, 'operation_id' | 'kind'>,
  operationDigest: string | null,
  binding: Binding,
  fresh: Fresh,
  reasons: readonly Reason[],
): AdvisoryClaims {
  return {
    advisory_id: fresh.answerId,
    audience: inCanonicalOrder(authority.audience),
    decision_id: fresh.decisionId,
    enforceable: false,
    epoch: binding.epoch,
    evidence_digest: digestOf(crypto, binding.evidence),
    issued_at: isoTime(fresh.nowMs),
    issuer: authority.issuer,
    key_id: keyId,
    mode: binding.mode,
    operation_digest: operationDigest,
    operation_id: operation.operation_id,
    operation_kind: operation.kind,
    plan_digest: binding.planDigest,
    policy_digest: binding.policyDigest,
    reasons: reasons.slice(0, 20),
    run_id: binding.runId,
    tenant_id: binding.tenantId,
  };
}

const inCanonicalOrder = ({ environment, api_origin, log_origin }: Audience): Audience => ({
  api_origin,
  environment,
  log_origin,
});
