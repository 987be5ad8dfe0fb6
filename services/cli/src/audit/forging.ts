import { join } from 'node:path';
import type { Receipt, ReceiptClaims } from '@marketops/contracts';
import { readHmacKey, readSigningKey } from '@marketops/engine';
import { type HmacKey, type SigningKey, signReceipt } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';

export interface MintKeys {
  readonly ed25519: SigningKey;
  readonly hmac: HmacKey;
}

/** The mint's own keys of a system whose folder one can read: for receipts that a true federation would never issue. */
export function mintKeysOf(dataDir: string): MintKeys {
  const keysDir = join(dataDir, 'keys', 'federation');
  return { ed25519: readSigningKey(keysDir, 'mint').key, hmac: readHmacKey(keysDir, 'receipt-hmac').key };
}

/** Signs any claims with a system's real mint keys, such as those of a receipt issued yesterday. */
export const mintWith = (dataDir: string, claims: ReceiptClaims): Receipt =>
  signReceipt(nodeCrypto, claims, mintKeysOf(dataDir));

/** A receipt's claims with some of them changed; the signatures are gone. */
export function claimsOf(receipt: Receipt, over: Partial<ReceiptClaims> = {}): ReceiptClaims {
  const { signatures: _, ...claims } = receipt;
  return { ...claims, ...over };
}

/** Another valid base64 text of the same length. */
export const flipped = (base64: string): string => `${base64.startsWith('A') ? 'B' : 'A'}${base64.slice(1)}`;
