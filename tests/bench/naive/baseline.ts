import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';

/**
 * The naive baseline: the same four phases on four BullMQ queues, one worker each at concurrency 50, with the same
 * stub for GitHub. No event store, no signatures, no ledger file, no idempotency: what one would write in an afternoon.
 */
export const naiveQueues = [
  'naive-plans',
  'naive-authorizations',
  'naive-publications',
  'naive-runs',
] as const;

export interface NaiveRequest {
  readonly id: string;
  readonly repository: string;
  readonly tag_name: string;
}

const allowed = new Set(['acme/widgets']);

export function startNaive(
  connect: () => Redis,
  onCompleted: (id: string) => void,
): { close: () => Promise<void> } {
  const queues = naiveQueues.map((name) => new Queue(name, { connection: connect() }));
  const [, authorizations, publications, runs] = queues;
  const options = () => ({ connection: connect(), concurrency: 50, removeOnComplete: { count: 0 } });
  const workers = [
    new Worker<NaiveRequest>(
      naiveQueues[0],
      async ({ data }) => {
        await authorizations?.add('authorize', { ...data, target_sha: 'c'.repeat(40) });
      },
      options(),
    ),
    new Worker<NaiveRequest>(
      naiveQueues[1],
      async ({ data }) => {
        if (!allowed.has(data.repository)) throw new TypeError('not allowed');
        await publications?.add('publish', data);
      },
      options(),
    ),
    new Worker<NaiveRequest>(
      naiveQueues[2],
      async ({ data }) => {
        await stubPublish(data);
        await runs?.add('complete', data);
      },
      options(),
    ),
    new Worker<NaiveRequest>(
      naiveQueues[3],
      async ({ data }) => {
        onCompleted(data.id);
        await Promise.resolve();
      },
      options(),
    ),
  ];
  return {
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}

let releases = 0;
const stubPublish = async (_request: NaiveRequest): Promise<{ id: number }> => {
  releases += 1;
  return Promise.resolve({ id: releases });
};
