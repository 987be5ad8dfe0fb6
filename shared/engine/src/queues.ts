import type { JobSpec } from '@marketops/store';
import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { failedJobsKept, type QueueTuning } from './queue-config.js';

/** Enqueues jobs; what is asked for in one turn of the event loop goes out in one round trip per queue. */
export interface Queues {
  enqueue(jobs: readonly JobSpec[]): Promise<void>;
  close(): Promise<void>;
}

interface Batch {
  jobs: JobSpec[];
  done: Promise<void>;
}

/** @param redis a connection of its own with `maxRetriesPerRequest: null`. */
export function openQueues(redis: Redis, tuning: QueueTuning): Queues {
  const queues = new Map<string, Queue>();
  const batches = new Map<string, Batch>();

  const queueOf = (name: string): Queue => {
    let queue = queues.get(name);
    if (queue === undefined) {
      queue = new Queue(name, { connection: redis, skipVersionCheck: true });
      queue.on('error', () => undefined);
      queues.set(name, queue);
    }
    return queue;
  };

  const send = async (name: string): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    const batch = batches.get(name);
    batches.delete(name);
    const jobs = (batch?.jobs ?? []).map((job) => ({
      name: job.name,
      data: job.data,
      opts: jobOptions(job, tuning),
    }));
    await queueOf(name).addBulk(jobs);
  };

  return {
    async enqueue(jobs) {
      const waits = new Set<Promise<void>>();
      for (const job of jobs) {
        let batch = batches.get(job.queue);
        if (batch === undefined) {
          batch = { jobs: [], done: send(job.queue) };
          batches.set(job.queue, batch);
        }
        batch.jobs.push(job);
        waits.add(batch.done);
      }
      await Promise.all(waits);
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
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
