import { z } from 'zod';
import { Actor } from './event.js';
import { EvidenceKind } from './evidence.js';
import { Base64, GroupName, KeyId, PrincipalId, Remark, Time } from './ids.js';

/** What a key may be used for. A key of one purpose is nothing for another. */
export const KeyPurpose = z.enum(['actor', 'mint', 'acknowledgement', 'checkpoint', 'approver', 'evidence']);
export type KeyPurpose = z.infer<typeof KeyPurpose>;

const common = {
  key_id: KeyId,
  algorithm: z.literal('ed25519'),
  /** The raw 32 bytes. */
  public_key: Base64.refine((text) => text.length === 44, 'must be 32 bytes as base64'),
  not_before: Time,
  /** From then on nothing new is signed with it; what it signed before stays good. Absent: until it is rotated. */
  not_after: Time.optional(),
  /** From then on nothing it signed is believed unless something else vouches for an earlier time. */
  revoked_at: Time.nullable(),
  revoked_because: Remark.optional(),
};

/** Held by a service. */
export const ServiceKey = z.strictObject({
  ...common,
  purpose: z.enum(['actor', 'mint', 'acknowledgement', 'checkpoint']),
  /** The service that holds the private half. */
  actor: Actor,
});
/** Held by a person: signs approvals and commands of operators. */
export const ApproverKey = z.strictObject({
  ...common,
  purpose: z.literal('approver'),
  principal: PrincipalId,
  groups: z.array(GroupName).max(50),
});
/** Held by a system outside that vouches for facts, such as CI. */
export const EvidenceKey = z.strictObject({
  ...common,
  purpose: z.literal('evidence'),
  issuer: PrincipalId,
  /** The kinds of evidence that count from it. */
  kinds: z.array(EvidenceKind).min(1).max(50),
});
export type ServiceKey = z.infer<typeof ServiceKey>;
export type ApproverKey = z.infer<typeof ApproverKey>;
export type EvidenceKey = z.infer<typeof EvidenceKey>;

export const PublicKey = z.discriminatedUnion('purpose', [ServiceKey, ApproverKey, EvidenceKey]);
export type PublicKey = z.infer<typeof PublicKey>;

/** The pinned trust root (`.marketops/keyring.json`): public halves only. */
export const Keyring = z
  .strictObject({
    version: z.literal(1),
    environment: z.string().max(63),
    log_origin: z.string().max(200),
    keys: z.array(PublicKey).min(1).max(1_000),
  })
  .refine(
    (ring) => new Set(ring.keys.map((key) => key.key_id)).size === ring.keys.length,
    'a key id stands twice',
  );
export type Keyring = z.infer<typeof Keyring>;
