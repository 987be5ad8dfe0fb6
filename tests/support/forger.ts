import { join } from 'node:path';
import type { Receipt, ReceiptClaims } from '@marketops/contracts';
import { readHmacKey, readSigningKey } from '@marketops/engine';
import { signReceipt } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';

/**
 * Signs any claims with a system's real mint keys: for receipts that a true federation would never issue, such as one
 * for another environment or one issued yesterday.
 */
export function mintWith(dataDir: string, claims: ReceiptClaims): Receipt {
  const keysDir = join(dataDir, 'keys', 'federation');
  return signReceipt(nodeCrypto, claims, {
    ed25519: readSigningKey(keysDir, 'mint').key,
    hmac: readHmacKey(keysDir, 'receipt-hmac').key,
  });
}

/** A receipt's claims with some of them changed; the signatures are gone. */
export function claimsOf(receipt: Receipt, over: Partial<ReceiptClaims> = {}): ReceiptClaims {
  const { signatures: _, ...claims } = receipt;
  return { ...claims, ...over };
}

/** Another valid base64 text of the same length. */
export const flipped = (base64: string): string => `${base64.startsWith('A') ? 'B' : 'A'}${base64.slice(1)}`;
