import type { JournalFileId, JournalPosition } from '@marketops/verifier';

/** The sizes of a segment's lines in the journal, without `S `, `E ` and newlines. */
export interface SegmentSizes {
  readonly statementBytes: number;
  readonly entryBytes: readonly number[];
}

/**
 * Where the entries of consecutive segments of one file stand. Their lines follow one another, so the sizes say it all:
 * term and first sequence of the file, offset of the first `S` line, then per segment the bytes of its statement, the
 * number of its entries, and the bytes of each.
 */
export type PackedPlaces = readonly number[];

/** Two letters of the line's kind and its newline. */
const aroundLine = 3;
const kindBytes = 2;

/** @param offset of the first segment's `S` line */
export function packPlaces(
  { term, firstSequence }: JournalFileId,
  offset: number,
  segments: readonly SegmentSizes[],
): PackedPlaces {
  const packed = [term, firstSequence, offset];
  for (const { statementBytes, entryBytes } of segments) {
    packed.push(statementBytes, entryBytes.length);
    for (const bytes of entryBytes) packed.push(bytes);
  }
  return packed;
}

/** From the `S` of a segment to the `S` or `C` that follows it. */
export function segmentBytes({ statementBytes, entryBytes }: SegmentSizes): number {
  let bytes = statementBytes + aroundLine;
  for (const length of entryBytes) bytes += length + aroundLine;
  return bytes;
}

/**
 * The place of one entry.
 * @param first sequence of the first entry of `packed`
 * @returns undefined where the entry is not among them
 */
export function placeAmong(
  packed: PackedPlaces,
  first: number,
  sequence: number,
): JournalPosition | undefined {
  const [term = 0, firstSequence = 0, offsetOfFirst = 0] = packed;
  let segmentOffset = offsetOfFirst;
  let next = first;
  for (let at = 3; at + 1 < packed.length; ) {
    const statementBytes = packed[at] ?? 0;
    const from = at + 2;
    at = from + (packed[at + 1] ?? 0);
    const sizes = { statementBytes, entryBytes: packed.slice(from, at) };
    const length = segmentBytes(sizes);
    const inside = sequence - next;
    if (inside >= 0 && inside < sizes.entryBytes.length) {
      const before = { statementBytes, entryBytes: sizes.entryBytes.slice(0, inside) };
      return {
        term,
        firstSequence,
        sequence,
        offset: segmentOffset + segmentBytes(before) + kindBytes,
        length: sizes.entryBytes[inside] ?? 0,
        segmentOffset,
        segmentLength: length - 1,
      };
    }
    segmentOffset += length;
    next += sizes.entryBytes.length;
  }
  return undefined;
}
