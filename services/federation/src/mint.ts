import type {
  Advisory,
  AdvisoryClaims,
  Audience,
  Mode,
  Operation,
  Reason,
  Receipt,
  ReceiptClaims,
} from '@marketops/contracts';
import { isoTime } from '@marketops/engine';
import {
  type CryptoPort,
  digestOf,
  type HmacKey,
  type MintSigner,
  mintAdvisory,
  mintReceipt,
} from '@marketops/proof';

/** What only federation holds (laws F1, R2). Each is read once for one receipt, so that a rotation needs no restart. */
export interface MintKeys {
  readonly signer: MintSigner;
  readonly hmac: { readonly keyId: string; readonly key: HmacKey };
}

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

export interface Mint {
  receipt(
    operation: Operation,
    operationDigest: string,
    binding: Binding,
    fresh: Fresh,
    bounds: Bounds,
  ): Promise<Receipt>;
  advisory(
    operation: { readonly operation_id: string; readonly kind: Operation['kind'] },
    operationDigest: string | null,
    binding: Binding,
    fresh: Fresh,
    reasons: readonly Reason[],
  ): Promise<Advisory>;
}

/** The only mint there is. Deterministic: the same input is the same receipt, byte for byte. */
export function openMint(crypto: CryptoPort, authority: Authority, keys: MintKeys): Mint {
  const audience = inCanonicalOrder(authority.audience);
  // Claims are written out whole, in canonical order: they are serialised once to be signed and again with every event and
  // job they stand in, and what is in order need not be sorted.
  return {
    receipt(operation, operationDigest, binding, fresh, { notAfterMs, supersedes }) {
      const { signer, hmac } = keys;
      const issuedAt = isoTime(fresh.nowMs);
      const claims: ReceiptClaims = {
        audience,
        decision_id: fresh.decisionId,
        enforceable: true,
        epoch: binding.epoch,
        evidence_digest: digestOf(crypto, binding.evidence),
        expires_at: isoTime(Math.min(fresh.nowMs + authority.receiptTtlMs, notAfterMs)),
        hmac_key_id: hmac.keyId,
        issued_at: issuedAt,
        issuer: authority.issuer,
        key_id: signer.keyId,
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
      return mintReceipt(crypto, claims, { signer, hmac: hmac.key });
    },
    advisory(operation, operationDigest, binding, fresh, reasons) {
      const { signer } = keys;
      const claims: AdvisoryClaims = {
        advisory_id: fresh.answerId,
        audience,
        decision_id: fresh.decisionId,
        enforceable: false,
        epoch: binding.epoch,
        evidence_digest: digestOf(crypto, binding.evidence),
        issued_at: isoTime(fresh.nowMs),
        issuer: authority.issuer,
        key_id: signer.keyId,
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
      return mintAdvisory(claims, signer);
    },
  };
}

const inCanonicalOrder = ({ environment, api_origin, log_origin }: Audience): Audience => ({
  api_origin,
  environment,
  log_origin,
});
