import type { JobSpec } from '@marketops/store';
import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { packed } from './job-groups.js';
import { failedJobsKept, type QueueTuning } from './queue-config.js';
import { type Tracing, tracingOff } from './telemetry/tracing.js';

/** Enqueues jobs: one round trip per queue at a time, and what is asked for meanwhile goes out together in the next. */
export interface Queues {
  enqueue(jobs: readonly JobSpec[]): Promise<void>;
  close(): Promise<void>;
}

interface Batch {
  readonly jobs: JobSpec[];
  readonly sent: Promise<void>;
}

/**
 * @param redis a connection of its own with `maxRetriesPerRequest: null`
 * @param grouped the queues whose jobs go out in groups when several are asked for at once
 */
export function openQueues(
  redis: Redis,
  tuning: QueueTuning,
  grouped: ReadonlySet<string> = new Set(),
  tracing: Tracing = tracingOff,
): Queues {
  const queues = new Map<string, Queue>();
  const traced = tracing.queues === undefined ? {} : { telemetry: tracing.queues };
  /** What waits for the `addBulk` under way on the same queue. */
  const next = new Map<string, Batch>();
  const under = new Map<string, Promise<void>>();

  const queueOf = (name: string): Queue => {
    let queue = queues.get(name);
    if (queue === undefined) {
      queue = new Queue(name, { connection: redis, skipVersionCheck: true, ...traced });
      queue.on('error', () => undefined);
      queues.set(name, queue);
    }
    return queue;
  };

  const send = async (name: string, before: Promise<void>): Promise<void> => {
    await before.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    const batch = next.get(name);
    next.delete(name);
    const jobs = batch?.jobs ?? [];
    await queueOf(name).addBulk(
      (grouped.has(name) ? packed(jobs) : jobs).map((job) => ({
        name: job.name,
        data: job.data,
        opts: { ...jobOptions(job, tuning), ...contextOf(job, tracing) },
      })),
    );
  };

  const batchOf = (name: string): Batch => {
    const waiting = next.get(name);
    if (waiting !== undefined) return waiting;
    const batch = { jobs: [], sent: send(name, under.get(name) ?? Promise.resolve()) };
    next.set(name, batch);
    under.set(name, batch.sent);
    return batch;
  };

  return {
    async enqueue(jobs) {
      const sent = new Set<Promise<void>>();
      for (const job of jobs) {
        const batch = batchOf(job.queue);
        batch.jobs.push(job);
        sent.add(batch.sent);
      }
      await Promise.all(sent);
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/** Each job its own run's: what goes out together was asked for by many. */
function contextOf(job: JobSpec, tracing: Tracing): Pick<JobsOptions, 'telemetry'> {
  if (tracing.queues === undefined) return {};
  const metadata = tracing.jobMetadata(job);
  return { telemetry: metadata === undefined ? { omitContext: true } : { metadata } };
}

function jobOptions(job: JobSpec, tuning: QueueTuning): JobsOptions {
  return {
    attempts: tuning.attempts,
    backoff: { type: 'custom' },
    removeOnComplete: true,
    removeOnFail: { count: failedJobsKept },
    ...(job.jobId === undefined ? {} : { jobId: job.jobId }),
    ...(job.delayMs === undefined ? {} : { delay: job.delayMs }),
    ...(job.coalesceId === undefined
      ? {}
      : { deduplication: { id: job.coalesceId, keepLastIfActive: true } }),
  };
}
