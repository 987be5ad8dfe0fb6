/**
 * Fields of the hash `budget` that the scripts write and others read. Times are epoch milliseconds by Redis’ clock. (What only the scripts
 * know of stands in them.)
 */
export const limitFields = {
  /** Followed by a number, counted up: the turn of each write of the hour. */
  write: 'w',
  nextWrite: 'next_write',
  /** Beginnings of sums, one per bucket: requests of the hour, points of the minute. */
  requests: 'pq',
  points: 'po',
  /** What GitHub said of its own hour, less what was spent since. */
  saidUntil: 'said_until',
  saidLimit: 'said_limit',
  saidRemaining: 'said_remaining',
  pausedUntil: 'paused_until',
} as const;

/** The sums of a window are kept in so many parts. */
export const bucketsPerWindow = 120;

type SummedWindow = typeof limitFields.requests | typeof limitFields.points;

/** @param bucket the time divided by the length of a bucket, rounded down */
export const bucketField = (window: SummedWindow, bucket: number): string => `${window}:${bucket}`;

/** The bucket that a field sums up; undefined where it is no sum of that window. */
export function bucketIn(window: SummedWindow, field: string): number | undefined {
  const beginning = `${window}:`;
  return field.startsWith(beginning) ? Number(field.slice(beginning.length)) : undefined;
}

export const isWriteField = (field: string): boolean =>
  field.startsWith(limitFields.write) && /^\d+$/.test(field.slice(limitFields.write.length));
