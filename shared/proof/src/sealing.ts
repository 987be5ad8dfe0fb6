import { canonicalJson } from './canonical.js';
import type { CryptoPort } from './crypto-port.js';
import { preAuthEncoding } from './pae.js';

const sealedPayloadType = 'application/vnd.marketops.sealed.v1+json';
const saltPayloadType = 'application/vnd.marketops.sealed-salt.v1+json';

/** Which value of which event is sealed: enough that a ciphertext can stand nowhere else. An event has these members. */
export interface SealedSubject {
  /** `run/<run_id>` or `op/<run_id>/<operation_id>`. */
  readonly stream: string;
  readonly type: string;
  readonly tenant_id: string | null;
}

/**
 * What a ciphertext is bound to: its place, and what it decrypts to. It goes into the derivation of the blob's own key and
 * into the additional data of the cipher, so that under one run's key no two values share a key, and none can be swapped.
 */
export const sealingContext = ({ stream, type, tenant_id }: SealedSubject, commitment: string): string =>
  preAuthEncoding(sealedPayloadType, canonicalJson([stream, type, tenant_id, commitment]));

/** What the salt of a value is derived from, beside the run's key. */
export const saltContext = ({ stream, type, tenant_id }: SealedSubject): string =>
  preAuthEncoding(saltPayloadType, canonicalJson([stream, type, tenant_id]));

/**
 * Whether text is what was committed to: SHA-256 of its UTF-8 form. The text holds a salt of 32 random bytes, so a commitment
 * binds while the text is there and hides it for ever once that is gone.
 */
export const opensCommitment = (crypto: CryptoPort, commitment: string, text: string | Uint8Array): boolean =>
  crypto.sha256Hex(text) === commitment;
