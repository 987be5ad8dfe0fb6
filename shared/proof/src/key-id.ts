import type { CryptoPort } from './crypto-port.js';

/**
 * What a key of somebody outside is called: the same wherever it is made and listed.
 * @param holder a principal or an issuer
 * @param publicKey its raw bytes
 */
export const holdersKeyId = (crypto: CryptoPort, holder: string, publicKey: Uint8Array): string =>
  `${holder.slice(0, 55)}-${crypto.sha256Hex(publicKey).slice(0, 8)}`;
