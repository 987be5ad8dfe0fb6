import { Actor } from '@marketops/contracts';
import { type EventStore, type JobSpec, partitionCount, type RelayEntry } from '@marketops/store';
import { decodeTime } from 'ulid';
import type { Clock } from './clock.js';
import type { QueueTuning } from './queue-config.js';
import type { Queues } from './queues.js';
import { mayEnqueue } from './topology.js';

const batchMax = 500;

/** Appends whose jobs are in no queue yet, of those that concern this process. */
export interface RelayPending {
  readonly appends: number;
  /** 0 where there is none. */
  readonly oldestAgeMs: number;
}

/**
 * Enqueues what was appended and, because a process died in between, never enqueued. Runs in every process, for the
 * queues it adds to anyway: a relay that adds to any queue would do so for whoever can write here, and needs a Redis
 * user that may. What nobody may add is cleared away. Two doing the same is harmless; what one partition holds does
 * not keep the others waiting. @returns how many entries were taken. @param seen is told what was found before any was taken
 */
export async function relayOnce(
  store: EventStore,
  queues: Queues,
  clock: Clock,
  tuning: QueueTuning,
  actor: Actor,
  seen?: (pending: RelayPending) => void,
): Promise<number> {
  let taken = 0;
  const faults: unknown[] = [];
  const dueBefore = clock.nowMs() - tuning.relayAfterMs;
  const pending = await Promise.all(
    // All of them: the first five hundred may be somebody else's.
    Array.from({ length: partitionCount }, (_, partition) =>
      store.relayPending(partition, Number.MAX_SAFE_INTEGER),
    ),
  );
  seen?.(
    pendingOf(
      pending.flat().filter((entry) => concerns(actor, entry)),
      clock.nowMs(),
    ),
  );
  for (const [partition, entries] of pending.entries()) {
    const due = entries.filter((entry) => appendedAtMs(entry.id) <= dueBefore && concerns(actor, entry));
    const batch = due.slice(0, batchMax);
    if (batch.length === 0) continue;
    try {
      await queues.enqueue(batch.filter((entry) => mayRelay(actor, entry)).flatMap(({ jobs }) => jobs));
      await store.relayDone(batch.map(({ id }) => ({ partition, id })));
      taken += batch.length;
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw faults[0];
  return taken;
}

/** An entry is what one append led to, so whoever appended it may add all of its jobs. Others may have put anything there. */
const mayRelay = (actor: Actor, { jobs }: RelayEntry): boolean =>
  jobs.every(
    (job: Partial<JobSpec> | null) => typeof job?.queue === 'string' && mayEnqueue(actor, job.queue),
  );

const concerns = (actor: Actor, entry: RelayEntry): boolean =>
  mayRelay(actor, entry) || !Actor.options.some((other) => mayRelay(other, entry));

function pendingOf(entries: readonly RelayEntry[], nowMs: number): RelayPending {
  const times = entries.map(({ id }) => appendedAtMs(id)).filter((ms) => ms > 0);
  const oldestMs = times.reduce((oldest, ms) => Math.min(oldest, ms), nowMs);
  return { appends: entries.length, oldestAgeMs: nowMs - oldestMs };
}

/** Ids are ULIDs of ours; one that is not was put there by somebody else, and is cleared away with the next turn. */
function appendedAtMs(id: string): number {
  try {
    return decodeTime(id);
  } catch {
    return 0;
  }
}
