import { z } from 'zod';
import { Actor } from './event.js';
import { Base64, KeyId, Time } from './ids.js';

/** What a key may be used for. A key of one purpose is nothing for another. */
export const KeyPurpose = z.enum(['actor', 'mint', 'acknowledgement']);
export type KeyPurpose = z.infer<typeof KeyPurpose>;

export const PublicKey = z.strictObject({
  key_id: KeyId,
  purpose: KeyPurpose,
  /** The service that holds the private half. */
  actor: Actor,
  algorithm: z.literal('ed25519'),
  /** The raw 32 bytes. */
  public_key: Base64.refine((text) => text.length === 44, 'must be 32 bytes as base64'),
  not_before: Time,
  revoked_at: Time.nullable(),
});
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
