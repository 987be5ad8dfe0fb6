import { type CryptoPort, entryOf } from '@marketops/proof';
import { type ChainPoint, signCommit } from '@marketops/verifier';
import type { AcceptedSegment } from '../intake/examine.js';
import type { EventFacts } from '../ledger-index/facts.js';
import type { PlacedBatch, PlacedSegment } from '../ledger-index/writer.js';
import type { LedgerSigner, WritePlace } from './writer.js';

export interface BuiltBatch {
  readonly bytes: Buffer;
  readonly lines: number;
  readonly firstSequence: number;
  /** The chain after the batch. */
  readonly head: ChainPoint;
  /** What the index wants to know. */
  readonly placed: PlacedBatch;
  /** Where the next batch goes. */
  readonly end: WritePlace;
}

export interface BatchToBuild {
  readonly segments: readonly AcceptedSegment[];
  readonly after: ChainPoint;
  readonly place: WritePlace;
  readonly epoch: number;
  readonly committedAt: string;
  readonly signer: LedgerSigner;
}

/**
 * Writes the lines of one batch: per segment an `S` and its `E` lines, and the `C` that closes it. Pure; every byte is
 * decided here, before anything is written.
 */
export function buildBatch(crypto: CryptoPort, batch: BatchToBuild): BuiltBatch {
  const { segments, after, place, epoch, committedAt, signer } = batch;
  const lines: string[] = [];
  const placed: PlacedSegment[] = [];
  let { sequence, hash } = after;
  for (const { statementLine, events } of segments) {
    const statementDigest = crypto.sha256Hex(statementLine);
    lines.push(`S ${statementLine}\n`);
    const entryBytes: number[] = [];
    const facts: EventFacts[] = [];
    const first = sequence + 1;
    for (const { bytes: eventBytes, digest: eventDigest, facts: known } of events) {
      sequence += 1;
      const entry = entryOf(crypto, { sequence, prevHash: hash, eventBytes, eventDigest, statementDigest });
      hash = entry.hash;
      lines.push(`E ${entry.bytes}\n`);
      entryBytes.push(Buffer.byteLength(entry.bytes));
      facts.push(known);
    }
    placed.push({ sequence: first, statementBytes: Buffer.byteLength(statementLine), entryBytes, facts });
  }
  const firstSequence = after.sequence + 1;
  const { keyId, key } = signer();
  const commit = signCommit(
    crypto,
    {
      term: place.file.term,
      epoch,
      first_sequence: firstSequence,
      last_sequence: sequence,
      last_hash: hash,
      committed_at: committedAt,
      key_id: keyId,
    },
    key,
  );
  lines.push(`C ${commit}\n`);
  const bytes = Buffer.from(lines.join(''));
  return {
    bytes,
    lines: lines.length,
    firstSequence,
    head: { sequence, hash },
    placed: { file: place.file, offset: place.offset, segments: placed },
    end: { file: place.file, offset: place.offset + bytes.length, line: place.line + lines.length },
  };
}
