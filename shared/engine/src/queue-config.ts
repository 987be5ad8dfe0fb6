/**
 * Retries, backoff and throughput of every queue: this file and no other.
 *
 * Four attempts (the first and three retries) after 2 s, 4 s and 8 s, each with up to half of it as jitter, and for
 * transient faults only; terminal faults end at once, holds spend no attempt. Ended jobs are pruned: the streams are
 * the truth, BullMQ's sets decide nothing.
 */
export interface QueueTuning {
  readonly attempts: number;
  readonly backoffMs: number;
  /** Jobs one process works on at a time. */
  readonly concurrency: number;
  /** How long a job may be silent before another worker takes it. */
  readonly lockMs: number;
  /** How soon held work looks again. */
  readonly holdMs: number;
  /** After how long the relay enqueues what the appending worker did not. */
  readonly relayAfterMs: number;
  /** A run that has not ended by then is looked at again. */
  readonly runDeadlineMs: number;
  /** How often relay and sweeper look. */
  readonly sweepEveryMs: number;
}

export const defaultTuning: QueueTuning = {
  attempts: 4,
  backoffMs: 2_000,
  concurrency: 64,
  lockMs: 30_000,
  holdMs: 1_000,
  relayAfterMs: 5_000,
  runDeadlineMs: 60_000,
  sweepEveryMs: 2_000,
};

/**
 * How often a job whose worker went silent comes back before BullMQ gives it up: a crash now and then is survived. Work that
 * is given up is created again by the sweeps, from the streams. (A job whose raw data is not JSON is not given up: BullMQ
 * throws before any handler of ours sees it, and hands it out again once per lock. It stalls nothing else.)
 */
export const stalledCountMax = 10;
/** Kept for whoever looks at the queues; nothing reads them. */
export const failedJobsKept = 1_000;

/** How many jobs share one of BullMQ's, at most: past this the saving per job is gone, and a crash repeats more. */
export const groupItemsMax = 32;

/** The wait before attempt `attempt + 1`, in milliseconds: exponential, with jitter so that a herd spreads. */
export function backoffMs(tuning: QueueTuning, attempt: number, random: () => number): number {
  const full = tuning.backoffMs * 2 ** Math.max(0, attempt - 1);
  return Math.round(full / 2 + (random() * full) / 2);
}
