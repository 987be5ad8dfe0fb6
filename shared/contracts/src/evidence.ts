import { z } from 'zod';
import { Base64, Digest, KeyId, PrincipalId, RunId, Time, Ulid } from './ids.js';

export const evidencePayloadType = 'application/vnd.marketops.evidence.v1+json';

/** What kind of fact: `ci.result`, `risk.level`. Registered with the issuer's key. */
export const EvidenceKind = z
  .string()
  .max(64)
  .regex(
    /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*$/,
    'must be words of a–z, 0–9 and _, joined by dots, such as ci.result',
  );
export type EvidenceKind = z.infer<typeof EvidenceKind>;

/** What an issuer outside signs about one plan of one run: a CI result, a risk assessment. */
export const EvidenceClaims = z.strictObject({
  version: z.literal(1),
  evidence_id: Ulid,
  issuer: PrincipalId,
  key_id: KeyId,
  kind: EvidenceKind,
  /** Its value, which policies compare as text: `passed`, `low`. */
  value: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1–64 characters of A–Z, a–z, 0–9, . _ -'),
  run_id: RunId,
  plan_digest: Digest,
  environment: z.string().max(63),
  issued_at: Time,
  expires_at: Time,
});
export type EvidenceClaims = z.infer<typeof EvidenceClaims>;

export const Evidence = EvidenceClaims.extend({ signature: Base64 });
export type Evidence = z.infer<typeof Evidence>;
