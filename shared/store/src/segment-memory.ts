import type { MarketOpsEvent } from '@marketops/contracts';
import { type CryptoPort, extendStreamDigest } from '@marketops/proof';

/** A segment that may be acted on, with what has been reckoned of it so far. */
export interface VerifiedSegment {
  readonly value: string;
  readonly lastSeq: number;
  readonly events: readonly MarketOpsEvent[];
  /** Of each event; of a segment of our own, reckoned when first asked for. */
  digests: readonly string[] | undefined;
  /** The stream's running digests with this segment, and what they followed; few who read ask for them. */
  running: { readonly before: string; readonly after: readonly string[] } | undefined;
}

/**
 * Verified segments by their place and exact bytes. The key is the place, for a segment is thousands of bytes and a map
 * hashes its keys; the bytes are compared where the place is known.
 */
export interface SegmentMemory {
  /** The same bytes at the same place of the same stream, or undefined: pasted elsewhere they are no acquaintance. */
  find(place: SegmentPlace, value: string): VerifiedSegment | undefined;
  keep(place: SegmentPlace, segment: VerifiedSegment): void;
  /** Remembers from now on as many as one reader reads at once, so that the next time it finds them all. */
  reserve(segments: number): void;
}

/** However much is read at once, memory stays bounded. */
const generationLimit = 4_096;

/**
 * Two generations, as in a signature cache: when the young one is full it becomes the old one, so that between half of
 * `segmentsMax` and all of it is remembered, and forgetting costs nothing.
 * @param segmentsMax at most 8,192
 */
export function createSegmentMemory(segmentsMax: number): SegmentMemory {
  let generationMax = Math.min(segmentsMax / 2, generationLimit);
  let young = new Map<string, VerifiedSegment>();
  let old = new Map<string, VerifiedSegment>();
  return {
    find(place, value) {
      const known = young.get(place) ?? old.get(place);
      return known?.value === value ? known : undefined;
    },
    keep(place, segment) {
      if (young.size >= generationMax) {
        old = young;
        young = new Map();
      }
      young.set(place, segment);
    },
    reserve(segments) {
      if (segments > generationMax) generationMax = Math.min(segments, generationLimit);
    },
  };
}

/** A stream and the last seq of a segment in it. One text for all looks: a map hashes a text once, however often it is asked. */
export type SegmentPlace = `${string} ${number}`;
export const placeOf = (stream: string, lastSeq: number): SegmentPlace => `${stream} ${lastSeq}`;

/** The stream's running digest after each event of the segment, which follows what has the digest `before`. */
export function runningDigests(
  crypto: CryptoPort,
  segment: VerifiedSegment,
  before: string,
): readonly string[] {
  if (segment.running?.before === before) return segment.running.after;
  segment.digests ??= segment.value
    .split('\n')
    .slice(1)
    .map((line) => crypto.sha256Hex(line));
  let digest = before;
  const after = segment.digests.map((eventDigest) => {
    digest = extendStreamDigest(crypto, digest, eventDigest);
    return digest;
  });
  segment.running = { before, after };
  return after;
}
