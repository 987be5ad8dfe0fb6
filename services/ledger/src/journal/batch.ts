import { invariant } from '@marketops/contracts';
import { type ChainPoint, type JournalPosition, signCommit } from '@marketops/journal';
import { type CryptoPort, entryOf } from '@marketops/proof';
import type { AcceptedSegment } from '../intake/examine.js';
import type { LedgerSigner, WritePlace } from './writer.js';

/** An entry as it will stand, with what the index wants to know of it. */
export interface PlacedEntry {
  readonly position: JournalPosition;
  readonly event: Readonly<Record<string, unknown>>;
  readonly eventDigest: string;
}

export interface BuiltBatch {
  readonly bytes: Buffer;
  readonly lines: number;
  readonly firstSequence: number;
  /** The chain after the batch. */
  readonly head: ChainPoint;
  readonly entries: readonly PlacedEntry[];
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
  const entries: PlacedEntry[] = [];
  let { sequence, hash } = after;
  let offset = place.offset;
  for (const segment of segments) {
    const statementDigest = crypto.sha256Hex(segment.statementLine);
    const segmentOffset = offset;
    lines.push(`S ${segment.statementLine}\n`);
    offset += Buffer.byteLength(segment.statementLine) + 3;
    const { term, firstSequence } = place.file;
    const placed: Omit<JournalPosition, 'segmentLength'>[] = [];
    for (const { bytes: eventBytes, digest: eventDigest } of segment.events) {
      sequence += 1;
      const entry = entryOf(crypto, { sequence, prevHash: hash, eventBytes, eventDigest, statementDigest });
      hash = entry.hash;
      const length = Buffer.byteLength(entry.bytes);
      lines.push(`E ${entry.bytes}\n`);
      placed.push({ term, firstSequence, sequence, offset: offset + 2, length, segmentOffset });
      offset += length + 3;
    }
    const segmentLength = offset - segmentOffset - 1;
    segment.events.forEach(({ event, digest }, at) => {
      const position = placed[at];
      invariant(position, 'every event has its place');
      entries.push({ position: { ...position, segmentLength }, event, eventDigest: digest });
    });
  }
  const firstSequence = after.sequence + 1;
  const commit = signCommit(
    crypto,
    {
      term: place.file.term,
      epoch,
      first_sequence: firstSequence,
      last_sequence: sequence,
      last_hash: hash,
      committed_at: committedAt,
      key_id: signer.keyId,
    },
    signer.key,
  );
  lines.push(`C ${commit}\n`);
  const bytes = Buffer.from(lines.join(''));
  return {
    bytes,
    lines: lines.length,
    firstSequence,
    head: { sequence, hash },
    entries,
    end: { file: place.file, offset: place.offset + bytes.length, line: place.line + lines.length },
  };
}
