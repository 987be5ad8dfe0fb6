import type { CryptoPort } from './crypto-port.js';

/** The running digest of a stream without events. */
export const emptyStreamDigest = '0'.repeat(64);

/**
 * A stream's running digest after one more event: SHA-256 over the digest before and the event's own, both as hex. Two
 * streams have the same one at a seq only where they have the same events up to there.
 */
export const extendStreamDigest = (crypto: CryptoPort, before: string, eventDigest: string): string =>
  crypto.sha256Hex(before + eventDigest);
