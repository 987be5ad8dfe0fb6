import type { JournalPosition } from '@marketops/verifier';

/** Where a segment of the journal begins. */
export type SegmentPlace = Pick<JournalPosition, 'term' | 'firstSequence' | 'segmentOffset'>;

/** Tells a segment from every other of the journal. */
export const segmentName = ({ term, firstSequence, segmentOffset }: SegmentPlace): string =>
  `${term} ${firstSequence} ${segmentOffset}`;

/** @returns undefined for what is no name of a segment: the event is not in the journal */
export function segmentPlace(name: string): SegmentPlace | undefined {
  const [term, firstSequence, segmentOffset] = /^\d+ \d+ \d+$/.test(name) ? name.split(' ').map(Number) : [];
  if (term === undefined || firstSequence === undefined || segmentOffset === undefined) return undefined;
  return { term, firstSequence, segmentOffset };
}
