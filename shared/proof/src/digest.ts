import { canonicalJson } from './canonical.js';
import type { CryptoPort } from './crypto-port.js';

/**
 * SHA-256 over the RFC 8785 form, as 64 lower-case hex digits: equal values have equal digests whatever the order of
 * their members.
 * @throws ProofError where the value has no canonical form
 */
export const digestOf = (crypto: CryptoPort, value: unknown): string =>
  crypto.sha256Hex(canonicalJson(value));
