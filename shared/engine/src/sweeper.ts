import { type EventStore, type JobSpec, partitionCount } from '@marketops/store';
import type { Clock } from './clock.js';
import type { QueueTuning } from './queue-config.js';
import type { Queues } from './queues.js';
import { runJob } from './topology.js';

const batchMax = 200;

/**
 * Makes the planner look again at every run that has passed its deadline, whatever BullMQ thinks of its jobs. The
 * planner derives anew what is missing. @returns how many runs were looked up.
 */
export async function sweepOnce(
  store: EventStore,
  queues: Queues,
  clock: Clock,
  tuning: QueueTuning,
): Promise<number> {
  const now = clock.nowMs();
  const overdue = await Promise.all(
    Array.from({ length: partitionCount }, (_, partition) => store.overdue(partition, now, batchMax)),
  );
  let swept = 0;
  for (const [partition, runIds] of overdue.entries()) {
    for (const runId of runIds) {
      await queues.enqueue([sweepJob(runId)]);
      await store.postpone(runId, partition, now + tuning.runDeadlineMs);
      swept += 1;
    }
  }
  return swept;
}

/** Coalesced apart from ordinary wake-ups: one of those that waits already would swallow the sweep. */
const sweepJob = (runId: string): JobSpec => ({
  ...runJob(runId),
  coalesceId: `${runId}.sweep`,
  data: { run_id: runId, sweep: true },
});
