import { z } from 'zod';
import { Base64, Digest, KeyId, OperationId, ReceiptId, RunId, TenantId, Time, Ulid } from './ids.js';
import { Mode } from './mode.js';
import { OperationKind } from './operation.js';
import { Reason } from './plan.js';

/** Payload types of our own keep an advisory from ever being taken for a receipt: the signed bytes begin with them. */
export const receiptPayloadType = 'application/vnd.marketops.receipt.v1+json';
export const advisoryPayloadType = 'application/vnd.marketops.advisory.v1+json';

/** Where an authorization counts: one environment, one API, one log. */
export const Audience = z.strictObject({
  environment: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  api_origin: z
    .string()
    .max(200)
    .regex(/^https?:\/\/[^/\s]+$/),
  log_origin: z
    .string()
    .max(200)
    .regex(/^[^\s+]+$/),
});
export type Audience = z.infer<typeof Audience>;

export const isSameAudience = (one: Audience, other: Audience): boolean =>
  one.environment === other.environment &&
  one.api_origin === other.api_origin &&
  one.log_origin === other.log_origin;

const binding = {
  run_id: RunId,
  operation_id: OperationId,
  operation_kind: OperationKind,
  operation_digest: Digest,
  plan_digest: Digest,
  tenant_id: TenantId,
};
const authority = {
  issuer: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  audience: Audience,
  epoch: z.int().positive(),
  policy_digest: Digest,
  evidence_digest: Digest,
  decision_id: Ulid,
  issued_at: Time,
};

/** What is signed of a receipt: everything but the signatures. */
export const ReceiptClaims = z.strictObject({
  receipt_id: ReceiptId,
  ...binding,
  mode: z.literal('prod'),
  enforceable: z.literal(true),
  ...authority,
  not_before: Time,
  expires_at: Time,
  key_id: KeyId,
  /** The second half of the key pair of proofs: which shared HMAC key. */
  hmac_key_id: KeyId,
  supersedes: ReceiptId.optional(),
});
export type ReceiptClaims = z.infer<typeof ReceiptClaims>;

/** Authorization of exactly one operation, once. Both signatures must hold (laws P2, R2). */
export const Receipt = ReceiptClaims.extend({
  signatures: z.strictObject({ hmac_sha256: Base64, ed25519: Base64 }),
});
export type Receipt = z.infer<typeof Receipt>;

export const AdvisoryClaims = z.strictObject({
  advisory_id: Ulid,
  ...binding,
  operation_digest: Digest.nullable(),
  mode: Mode,
  enforceable: z.literal(false),
  ...authority,
  reasons: z.array(Reason).min(1).max(20),
  key_id: KeyId,
});
export type AdvisoryClaims = z.infer<typeof AdvisoryClaims>;

/** A refusal or a dry run's answer, signed so that it can be shown, worth nothing at the gate (law F5). */
export const Advisory = AdvisoryClaims.extend({ signatures: z.strictObject({ ed25519: Base64 }) });
export type Advisory = z.infer<typeof Advisory>;
