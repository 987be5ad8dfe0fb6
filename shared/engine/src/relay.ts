import { type EventStore, partitionCount } from '@marketops/store';
import { decodeTime } from 'ulid';
import type { Clock } from './clock.js';
import type { QueueTuning } from './queue-config.js';
import type { Queues } from './queues.js';

const batchMax = 500;

/**
 * Enqueues what was appended and, because a process died in between, never enqueued. Runs in every process; two doing
 * the same is harmless. What one partition holds does not keep the others waiting. @returns how many entries were taken.
 */
export async function relayOnce(
  store: EventStore,
  queues: Queues,
  clock: Clock,
  tuning: QueueTuning,
): Promise<number> {
  let taken = 0;
  const faults: unknown[] = [];
  const dueBefore = clock.nowMs() - tuning.relayAfterMs;
  const pending = await Promise.all(
    Array.from({ length: partitionCount }, (_, partition) => store.relayPending(partition, batchMax)),
  );
  for (const [partition, entries] of pending.entries()) {
    const due = entries.filter(({ id }) => appendedAtMs(id) <= dueBefore);
    if (due.length === 0) continue;
    try {
      await queues.enqueue(due.flatMap(({ jobs }) => jobs));
      await store.relayDone(due.map(({ id }) => ({ partition, id })));
      taken += due.length;
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw faults[0];
  return taken;
}

/** Ids are ULIDs of ours; one that is not was put there by somebody else, and is cleared away with the next turn. */
function appendedAtMs(id: string): number {
  try {
    return decodeTime(id);
  } catch {
    return 0;
  }
}
