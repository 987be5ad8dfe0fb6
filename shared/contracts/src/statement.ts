import { z } from 'zod';
import { Actor } from './event.js';
import { guarded } from './guard.js';
import { Base64, Digest, KeyId, StreamId } from './ids.js';

/**
 * A batch signature: one Ed25519 signature over a Merkle root (RFC 6962 hashing), and for one leaf of the tree the
 * way up to that root. A statement and an acknowledgement are both this: many appends, one signature, and each part
 * verifies alone with a few hundred bytes.
 */
export const BatchProof = z.strictObject({
  root: Digest,
  size: z.int().positive().max(65_536),
  index: z.int().min(0).max(65_535),
  path: z.array(Digest).max(16),
  signature: Base64,
});
export type BatchProof = z.infer<typeof BatchProof>;

/**
 * An actor's signature over one segment: the events it appended to one stream in one append. The leaf is the
 * canonical JSON of `[stream, first_seq, [event digest …]]`; the signed head is `{ actor, epoch, key_id, root, size }`.
 */
export const Statement = BatchProof.extend({
  v: z.literal(1),
  actor: Actor,
  key_id: KeyId,
  epoch: z.int().positive(),
});
export type Statement = z.infer<typeof Statement>;

/**
 * The ledger's signed word that a stream is durable up to `seq`, with the events whose running digest is `digest`: a seq
 * alone would vouch for whatever stands there later. The leaf is the canonical JSON of `[stream, seq, digest]`;
 * the signed head is `{ epoch, first_sequence, key_id, last_hash, last_sequence, root, size, term }`.
 */
export const Acknowledgement = BatchProof.extend({
  v: z.literal(1),
  stream: StreamId,
  seq: z.int().positive(),
  digest: Digest,
  term: z.int().positive(),
  epoch: z.int().positive(),
  first_sequence: z.int().positive(),
  last_sequence: z.int().positive(),
  last_hash: Digest,
  key_id: KeyId,
});
export type Acknowledgement = z.infer<typeof Acknowledgement>;

/** One line of the chain; `hash` is the SHA-256 of its canonical form. `prev_hash` of entry 1 is 64 zeros. */
export const LedgerEntry = z.strictObject({
  sequence: z.int().positive(),
  prev_hash: Digest,
  event_digest: Digest,
  statement_digest: Digest,
  event: z.record(z.string(), z.unknown()),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

const statements = guarded(Statement);

/** Every segment that is read begins with one. @returns undefined where the value is not a statement */
export const readStatement = (value: unknown): Statement | undefined => statements.safeParse(value).data;
