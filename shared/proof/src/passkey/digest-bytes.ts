import { invariant } from '@marketops/contracts';
import type { CryptoPort } from '../crypto-port.js';
import { writeDigest } from '../hex.js';

/** SHA-256 as its 32 bytes. */
export function digestBytes(crypto: CryptoPort, data: string | Uint8Array): Uint8Array {
  const bytes = new Uint8Array(32);
  invariant(writeDigest(crypto.sha256Hex(data), bytes, 0), 'a port hashes to 64 lower-case hex digits');
  return bytes;
}
