import { type JournalFileId, journalFileName } from './paths.js';

/** Where an entry stands, and the segment it belongs to. Offsets and lengths are in bytes. */
export interface JournalPosition extends JournalFileId {
  readonly sequence: number;
  /** Of the entry's JSON, after `E `; without its newline. */
  readonly offset: number;
  readonly length: number;
  /** Of the segment's `S` line. */
  readonly segmentOffset: number;
  /** From the `S` to the newline of its last `E` line. */
  readonly segmentLength: number;
}

/** A position as the index keeps it. */
export type PackedPosition = readonly [
  term: number,
  firstSequence: number,
  sequence: number,
  offset: number,
  length: number,
  segmentOffset: number,
  segmentLength: number,
];

export const packPosition = (at: JournalPosition): PackedPosition => [
  at.term,
  at.firstSequence,
  at.sequence,
  at.offset,
  at.length,
  at.segmentOffset,
  at.segmentLength,
];

export const unpackPosition = (packed: PackedPosition): JournalPosition => {
  const [term, firstSequence, sequence, offset, length, segmentOffset, segmentLength] = packed;
  return { term, firstSequence, sequence, offset, length, segmentOffset, segmentLength };
};

export const fileOf = (position: JournalFileId): string => journalFileName(position);
