import { partitionKey, systemStream } from '@marketops/contracts';
import { base32Prefix } from './base32.js';
import { canonicalJson } from './canonical.js';
import type { CryptoPort } from './crypto-port.js';
import { writeDigest } from './hex.js';
import { preAuthEncoding } from './pae.js';

const runIdPayloadType = 'application/vnd.marketops.run-id.v1+json';
const partitions = 64;
const digestBytes = new Uint8Array(32);

export interface RunIdentity {
  readonly principal: string;
  readonly tenantId: string;
  readonly idempotencyKey: string;
}

/**
 * `run_` and 26 Crockford base32 characters: the first 130 bits of SHA-256 over the DSSE encoding of
 * `[principal, tenant, key]`. The same three always give the same run, so the run's stream is the idempotency index;
 * the encoding keeps one tenant's choice of key from ever spelling another's.
 */
export function deriveRunId(
  crypto: CryptoPort,
  { principal, tenantId, idempotencyKey }: RunIdentity,
): string {
  const identity = canonicalJson([principal, tenantId, idempotencyKey]);
  writeDigest(crypto.sha256Hex(preAuthEncoding(runIdPayloadType, identity)), digestBytes, 0);
  return `run_${base32Prefix(digestBytes, 26)}`;
}

/**
 * The partition of a stream, 0 to 63: the first four bytes of SHA-256 of its partition key, big-endian, mod 64. A run's
 * streams share one. `system` is 0 by definition (design, section 3).
 */
export function digestPartition(crypto: CryptoPort, stream: string): number {
  if (stream === systemStream) return 0;
  return Number.parseInt(crypto.sha256Hex(partitionKey(stream)).slice(0, 8), 16) % partitions;
}
