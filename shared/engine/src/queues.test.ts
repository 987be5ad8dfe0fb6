import { Fault } from '@marketops/contracts';
import { type ProvidedRedis, testRedis } from '@marketops/local';
import { connectRedis } from '@marketops/store';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from './clock.js';
import { HoldError } from './errors.js';
import { createLog } from './log.js';
import { defaultTuning } from './queue-config.js';
import { openQueues, type Queues } from './queues.js';
import { collector, deferred } from './testing/deferred.js';
import { type IncomingJob, type RunningWorker, startWorker } from './worker.js';

const tuning = { ...defaultTuning, backoffMs: 10, holdMs: 5 };
const log = createLog('test', 'silent');

let server: ProvidedRedis;
let queues: Queues;
let look: Queue;
let name: string;
let count = 0;
const connections: Redis[] = [];
const workers: RunningWorker[] = [];
const connect = () => {
  const redis = connectRedis(server.url);
  connections.push(redis);
  return redis;
};

beforeAll(async () => {
  server = await testRedis();
});
afterAll(() => server.stop());
beforeEach(() => {
  name = `{queue-${++count}}`;
  queues = openQueues(connect(), tuning);
  look = new Queue(name, { connection: connect(), skipVersionCheck: true });
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.close()));
  await Promise.all([queues.close(), look.close()]);
  for (const redis of connections.splice(0)) redis.disconnect();
});

const work = (process: (job: IncomingJob) => Promise<void>) => {
  const worker = startWorker({ queue: name, redis: connect(), tuning, clock: systemClock, log, process });
  workers.push(worker);
  return worker;
};
const job = (jobId: string, data = {}) => ({ queue: name, name: 'x', jobId, data });
const wake = (data = {}) => ({ queue: name, name: 'run.changed', coalesceId: 'run_a', data });
const terminal = () => new Fault('test', 'never again', { next: '' });
/** The same wake-up from many sides at once. */
const wakeMany = (times: number) =>
  Promise.all(Array.from({ length: times }, () => queues.enqueue([wake()])));

describe('enqueue', () => {
  it('given many callers in one turn, then every job is there, in order, with the retries of the configuration', async () => {
    await Promise.all(['a', 'b', 'c'].map((id) => queues.enqueue([job(id, { id })])));
    const waiting = await look.getWaiting();
    expect(waiting.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c']);
    expect(waiting[0]?.opts).toMatchObject({
      attempts: 4,
      backoff: { type: 'custom' },
      removeOnComplete: true,
    });
  });

  it('E2: given the same id twice, then it is one job', async () => {
    await queues.enqueue([job('a'), job('a')]);
    await queues.enqueue([job('a')]);
    expect(await look.getWaitingCount()).toBe(1);
  });

  it('given a delay, then the job waits for it', async () => {
    await queues.enqueue([{ ...job('a'), delayMs: 60_000 }]);
    expect(await look.getDelayedCount()).toBe(1);
  });

  it('given nothing, then nothing happens', async () => {
    await queues.enqueue([]);
    expect(await look.getWaitingCount()).toBe(0);
  });

  it('given a job that cannot be added, then whoever asked is told', async () => {
    await expect(queues.enqueue([job('a:b')])).rejects.toThrow('cannot contain');
    await queues.enqueue([job('b')]);
    expect(await look.getWaitingCount()).toBe(1);
  });

  it('given a job that failed, then its id is ignored from then on, and an id of its own is not', async () => {
    const tried = collector<string>();
    work(async ({ id }) => {
      tried.push(id);
      throw terminal();
    });
    await queues.enqueue([job('a')]);
    await tried.at(1);
    await queues.enqueue([job('a'), job('a.s1')]);
    await tried.at(2);
    expect(tried.values).toEqual(['a', 'a.s1']);
  });
});

describe('a coalesced job', () => {
  it('given a hundred wake-ups while none runs, then one job waits', async () => {
    await wakeMany(100);
    expect(await look.getWaitingCount()).toBe(1);
  });

  it('given a hundred wake-ups while it runs, then it runs once more and no more', async () => {
    const started = collector<true>();
    const hold = deferred();
    work(async () => {
      started.push(true);
      if (started.values.length === 1) await hold.promise;
    });
    await wakeMany(100);
    await started.at(1);
    await wakeMany(100);
    hold.resolve();
    await started.at(2);
    await workers.splice(0)[0]?.close();
    expect(started.values).toHaveLength(2);
    expect(await look.getJobCounts('waiting', 'active', 'delayed')).toEqual({
      waiting: 0,
      active: 0,
      delayed: 0,
    });
  });

  it.each([
    ['fails for good', () => terminal()],
    ['is held', () => new HoldError('later', 5)],
    ['fails for now', () => new Fault('test', 'again', { next: '', retry: 'transient' })],
  ])('given a wake-up while it runs, when it %s, then somebody still looks', async (_what, fault) => {
    const started = collector<true>();
    const hold = deferred();
    work(async () => {
      started.push(true);
      if (started.values.length > 1) return;
      await hold.promise;
      throw fault();
    });
    await wakeMany(1);
    await started.at(1);
    await wakeMany(1);
    hold.resolve();
    expect(await started.at(2)).toBe(true);
  });

  it('given changes at any moment, then the last look sees the last change, with at most two looks per burst', async () => {
    let state = 0;
    let looks = 0;
    const settled = deferred();
    work(async () => {
      looks += 1;
      const seen = state;
      await new Promise((resolve) => setImmediate(resolve));
      if (seen === 300) settled.resolve();
    });
    for (let burst = 0; burst < 30; burst += 1) {
      state += 10;
      await wakeMany(10);
    }
    await settled.promise;
    expect(looks).toBeLessThanOrEqual(60);
  });
});
