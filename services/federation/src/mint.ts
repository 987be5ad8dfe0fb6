import type {
  Advisory,
  AdvisoryClaims,
  Audience,
  Mode,
  Operation,
  Reason,
  Receipt,
} from '@marketops/contracts';
import {
  type CryptoPort,
  digestOf,
  type HmacKey,
  type SigningKey,
  signAdvisory,
  signReceipt,
} from '@marketops/proof';

/** What only federation holds (laws F1, R2). */
export interface MintKeys {
  readonly ed25519: { readonly keyId: string; readonly key: SigningKey };
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
  readonly evidence: unknown;
}

/** Values `decide` may not make itself. */
export interface Fresh {
  readonly nowMs: number;
  readonly decisionId: string;
  /** A ULID: becomes the receipt's or the advisory's id. */
  readonly answerId: string;
}

export interface Mint {
  receipt(operation: Operation, operationDigest: string, binding: Binding, fresh: Fresh): Receipt;
  advisory(
    operation: { readonly operation_id: string; readonly kind: Operation['kind'] },
    operationDigest: string | null,
    binding: Binding,
    fresh: Fresh,
    reasons: readonly Reason[],
  ): Advisory;
}

/** The only mint there is. Deterministic: the same input is the same receipt, byte for byte. */
export function openMint(crypto: CryptoPort, authority: Authority, keys: MintKeys): Mint {
  const common = (binding: Binding, fresh: Fresh) => ({
    run_id: binding.runId,
    plan_digest: binding.planDigest,
    tenant_id: binding.tenantId,
    issuer: authority.issuer,
    audience: authority.audience,
    epoch: binding.epoch,
    policy_digest: binding.policyDigest,
    evidence_digest: digestOf(crypto, binding.evidence),
    decision_id: fresh.decisionId,
    issued_at: new Date(fresh.nowMs).toISOString(),
    key_id: keys.ed25519.keyId,
  });
  return {
    receipt(operation, operationDigest, binding, fresh) {
      const claims = {
        ...common(binding, fresh),
        receipt_id: `rcp_${fresh.answerId}`,
        operation_id: operation.operation_id,
        operation_kind: operation.kind,
        operation_digest: operationDigest,
        mode: 'prod' as const,
        enforceable: true as const,
        not_before: new Date(fresh.nowMs).toISOString(),
        expires_at: new Date(fresh.nowMs + authority.receiptTtlMs).toISOString(),
        hmac_key_id: keys.hmac.keyId,
      };
      return signReceipt(crypto, claims, { ed25519: keys.ed25519.key, hmac: keys.hmac.key });
    },
    advisory(operation, operationDigest, binding, fresh, reasons) {
      const claims: AdvisoryClaims = {
        ...common(binding, fresh),
        advisory_id: fresh.answerId,
        operation_id: operation.operation_id,
        operation_kind: operation.kind,
        operation_digest: operationDigest,
        mode: binding.mode,
        enforceable: false,
        reasons: reasons.slice(0, 20),
      };
      return signAdvisory(crypto, claims, { ed25519: keys.ed25519.key });
    },
  };
}
