import { Fault } from '@marketops/contracts';
import { type ProvidedRedis, testRedis } from '@marketops/local';
import { connectRedis } from '@marketops/store';
import { type JobsOptions, Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stepClock, systemClock } from './clock.js';
import { HoldError, ThrottledError } from './errors.js';
import { createLog } from './log.js';
import { defaultTuning, type QueueTuning } from './queue-config.js';
import { collector, deferred } from './testing/deferred.js';
import { type IncomingJob, type RunningWorker, startWorker } from './worker.js';

const tuning: QueueTuning = { ...defaultTuning, backoffMs: 10, holdMs: 5, lockMs: 30_000, concurrency: 4 };
/** What the engine's own jobs carry; a bare job carries nothing. */
const ours: JobsOptions = { attempts: tuning.attempts, backoff: { type: 'custom' } };
const log = createLog('test', 'silent');
const fault = (retry: 'terminal' | 'transient' | 'hold') => new Fault('test', retry, { next: '', retry });

let server: ProvidedRedis;
let redis: Redis;
let queue: Queue;
let events: QueueEvents;
let name: string;
let count = 0;
const running: RunningWorker[] = [];
const connections: Redis[] = [];
const connect = (): Redis => {
  const connection = connectRedis(server.url);
  connections.push(connection);
  return connection;
};

beforeAll(async () => {
  server = await testRedis();
});
afterAll(() => server.stop());
beforeEach(async () => {
  name = `{test-${++count}}`;
  redis = connect();
  queue = new Queue(name, { connection: redis, skipVersionCheck: true });
  events = new QueueEvents(name, { connection: connect(), skipVersionCheck: true });
  await events.waitUntilReady();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.close()));
  await Promise.all([queue.close(), events.close()]);
  for (const connection of connections.splice(0)) connection.disconnect();
});

const work = (
  process: (job: IncomingJob) => Promise<void>,
  over: Partial<Parameters<typeof startWorker>[0]> = {},
) => {
  const options = { queue: name, redis: connect(), tuning, clock: systemClock, log, process, ...over };
  const worker = startWorker(options);
  running.push(worker);
  return worker;
};
/** Runs `script[n]` for the n-th call of a job; past its end the job succeeds. */
const scripted = (script: readonly (() => Error)[]) => {
  const calls = collector<IncomingJob & { readonly startedAtMs: number }>();
  const process = async (job: IncomingJob) => {
    const step = script[calls.values.length];
    calls.push({ ...job, startedAtMs: Date.now() });
    if (step !== undefined) throw step();
    await Promise.resolve();
  };
  return { calls, process };
};
const ended = (id: string) =>
  new Promise<'completed' | 'failed'>((resolve) => {
    events.on('completed', ({ jobId }) => jobId === id && resolve('completed'));
    events.on('failed', ({ jobId }) => jobId === id && resolve('failed'));
  });

describe('a terminal fault', () => {
  it('given attempts are left, then the job ends at once, with the code in its reason', async () => {
    const { calls, process } = scripted([() => fault('terminal')]);
    const end = ended('a');
    await queue.add('x', {}, { ...ours, jobId: 'a' });
    work(process);
    expect(await end).toBe('failed');
    expect(calls.values).toHaveLength(1);
    expect((await queue.getJob('a'))?.failedReason).toBe('test: terminal');
  });
});

describe('a hold', () => {
  it('given ten holds, then the job succeeds and no attempt was spent', async () => {
    const { calls, process } = scripted(Array.from({ length: 10 }, () => () => fault('hold')));
    const end = ended('a');
    await queue.add('x', {}, { ...ours, jobId: 'a' });
    work(process);
    expect(await end).toBe('completed');
    expect(calls.values.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 11 }, () => 1));
  });

  it('given a delay of its own, then it is looked at after it, not before, and not only after a whole second', async () => {
    const { calls, process } = scripted([() => new HoldError('not yet', 120)]);
    await queue.add('x', {}, ours);
    work(process);
    const [first, second] = [await calls.at(1), await calls.at(2)];
    expect(second.startedAtMs - first.startedAtMs).toBeGreaterThanOrEqual(119);
    expect(second.startedAtMs - first.startedAtMs).toBeLessThan(900);
  });

  it('given a clock that stands still, then the wait is still a wait', async () => {
    const { calls, process } = scripted([() => new HoldError('not yet', 60)]);
    await queue.add('x', {}, ours);
    work(process, { clock: stepClock(0) });
    const [first, second] = [await calls.at(1), await calls.at(2)];
    expect(second.startedAtMs - first.startedAtMs).toBeGreaterThanOrEqual(59);
  });
});

describe('how long work may be put off', () => {
  const hour = 3_600_000;

  it.each([
    ['a thousand years', 31_557_600_000_000, hour],
    ['for ever', Number.POSITIVE_INFINITY, hour],
    ['no number', Number.NaN, hour],
    ['less than nothing', -5, 0],
    ['a minute', 60_000, 60_000],
  ])('given %s, then within an hour it is looked at again', (_what, asked, delayMs) => {
    expect(new HoldError('later', asked).delayMs).toBe(delayMs);
    expect(new ThrottledError('later', asked).delayMs).toBe(delayMs);
  });

  it('given a queue is to pause for a thousand years, then its key ends within an hour', async () => {
    const { calls, process } = scripted([() => new ThrottledError('later', 31_557_600_000_000)]);
    await queue.add('x', {}, ours);
    work(process, { throttles: true });
    await calls.at(1);
    await expect.poll(() => redis.pttl(`bull:${name}:limiter`)).toBeGreaterThan(1_000);
    expect(await redis.pttl(`bull:${name}:limiter`)).toBeLessThanOrEqual(hour);
  });
});

describe('a transient fault', () => {
  it.each([
    ['a job of ours', ours],
    ['a bare job', {}],
    ['a bare job that says attempts: 1', { attempts: 1 }],
  ])('given %s, then it is tried four times, each later than the last, and fails', async (_what, options) => {
    const { calls, process } = scripted(Array.from({ length: 9 }, () => () => fault('transient')));
    const end = ended('a');
    await queue.add('x', {}, { ...options, jobId: 'a' });
    work(process);
    expect(await end).toBe('failed');
    expect(calls.values.map(({ attempt, lastAttempt }) => [attempt, lastAttempt])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, true],
    ]);
    const waits = calls.values
      .slice(1)
      .map(({ startedAtMs }, index) => startedAtMs - (calls.values[index]?.startedAtMs ?? 0));
    for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(5 * 2 ** index - 1);
  });

  it('given holds before it, then a bare job still has all its attempts', async () => {
    const holds = Array.from({ length: 6 }, () => () => fault('hold'));
    const { calls, process } = scripted([...holds, () => fault('transient'), () => fault('transient')]);
    const end = ended('a');
    await queue.add('x', {}, { jobId: 'a' });
    work(process);
    expect(await end).toBe('completed');
    expect(calls.values.slice(6).map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  it('given a producer with attempts of its own, then they stand', async () => {
    const { calls, process } = scripted(Array.from({ length: 9 }, () => () => fault('transient')));
    const end = ended('a');
    await queue.add('x', {}, { jobId: 'a', attempts: 2 });
    work(process);
    expect(await end).toBe('failed');
    expect(calls.values.map(({ lastAttempt }) => lastAttempt)).toEqual([false, true]);
  });

  it('given an error nobody classified, then it is tried again like a transient one', async () => {
    const { calls, process } = scripted([() => new TypeError('a defect')]);
    const end = ended('a');
    await queue.add('x', {}, { jobId: 'a' });
    work(process);
    expect(await end).toBe('completed');
    expect(calls.values).toHaveLength(2);
  });
});

describe('a throttle', () => {
  it('given one worker is told to wait, then every worker of the queue does, and no attempt is spent', async () => {
    const { calls, process } = scripted([() => new ThrottledError('429', 300)]);
    await queue.add('x', {}, { ...ours, jobId: 'first' });
    const one = { ...tuning, concurrency: 1 };
    work(process, { tuning: one, throttles: true });
    const throttledAtMs = (await calls.at(1)).startedAtMs;
    await new Promise<void>((resolve) =>
      events.on('waiting', ({ jobId, prev }) => jobId === 'first' && prev === 'active' && resolve()),
    );
    work(process, { tuning: one, throttles: true });
    await queue.addBulk(['b', 'c', 'd'].map((jobId) => ({ name: 'x', data: {}, opts: { ...ours, jobId } })));
    await calls.at(5);
    const later = calls.values.slice(1);
    for (const { startedAtMs } of later) expect(startedAtMs - throttledAtMs).toBeGreaterThanOrEqual(280);
    expect(later.find(({ id }) => id === 'first')?.attempt).toBe(1);
  });
});

describe('a throttle of a queue that does not pause', () => {
  it('given no worker asked for it, then it is a hold of this one job, for as long as was said', async () => {
    const { calls, process } = scripted([() => new ThrottledError('429', 300)]);
    await queue.add('x', {}, { ...ours, jobId: 'first' });
    work(process, { tuning: { ...tuning, concurrency: 1 } });
    const throttledAtMs = (await calls.at(1)).startedAtMs;
    await queue.add('x', {}, { ...ours, jobId: 'b' });
    expect(await calls.at(2)).toMatchObject({ id: 'b' });
    expect(await calls.at(3)).toMatchObject({ id: 'first', attempt: 1 });
    expect((await calls.at(3)).startedAtMs - throttledAtMs).toBeGreaterThanOrEqual(299);
    expect(await redis.exists(`bull:${name}:limiter`)).toBe(0);
  });
});

describe('a lost lock', () => {
  it('given the lock is gone, then the signal aborts while the job still runs', async () => {
    const started = collector<IncomingJob>();
    const aborted = collector<true>();
    await queue.add('x', {}, { ...ours, jobId: 'a' });
    work(
      (job) =>
        new Promise((resolve) => {
          started.push(job);
          job.signal.addEventListener('abort', () => {
            aborted.push(true);
            resolve();
          });
        }),
      { tuning: { ...tuning, lockMs: 500 } },
    );
    expect((await started.at(1)).signal.aborted).toBe(false);
    await redis.del(`bull:${name}:a:lock`);
    expect(await aborted.at(1)).toBe(true);
  });
});

describe('a lock lost before anybody looked', () => {
  it('given the signal is looked at afterwards, then it has aborted', async () => {
    const lost = deferred();
    const looked = collector<boolean>();
    const started = collector<true>();
    const noisy = Object.assign(Object.create(log) as typeof log, {
      warn: (_fields: unknown, message: string) => message.startsWith('locks lost') && lost.resolve(),
    });
    await queue.add('x', {}, { ...ours, jobId: 'a' });
    work(
      async (job) => {
        started.push(true);
        await lost.promise;
        await new Promise((resolve) => setImmediate(resolve));
        looked.push(job.signal.aborted);
      },
      { tuning: { ...tuning, lockMs: 500 }, log: noisy },
    );
    await started.at(1);
    await redis.del(`bull:${name}:a:lock`);
    expect(await looked.at(1)).toBe(true);
  });
});

describe('health', () => {
  it('given errors, then it is unhealthy until they stop, even on an idle queue', async () => {
    const clock = stepClock(1_000_000);
    const errors = collector<unknown>();
    const noisy = Object.assign(Object.create(log) as typeof log, {
      warn: (fields: unknown) => errors.push(fields),
    });
    await redis.set(`bull:${name}:wait`, 'not a list');
    const worker = work(async () => Promise.resolve(), { clock, log: noisy });
    await errors.at(1);
    expect(worker.healthy()).toBe(false);
    await redis.del(`bull:${name}:wait`);
    clock.step(60_000);
    expect(worker.healthy()).toBe(true);
  });

  it('given it has been closed, then it is not healthy', async () => {
    const worker = work(async () => Promise.resolve());
    await worker.close();
    expect(worker.healthy()).toBe(false);
  });
});

describe('what a handler puts in the place of a job’s data', () => {
  it('given the job fails, then Redis keeps that, and nothing of what stood there', async () => {
    const end = ended('a');
    await queue.add('x', { text: 'Ada Lovelace' }, { ...ours, jobId: 'a' });
    work(async (job) => {
      await job.replace?.({ sealed: true });
      throw fault('terminal');
    });
    expect(await end).toBe('failed');
    expect((await queue.getJob('a'))?.data).toEqual({ sealed: true });
    expect(JSON.stringify(await redis.hgetall(`bull:${name}:a`))).not.toContain('Lovelace');
  });
});

describe('stopping', () => {
  it('given a job at hand, then close waits for it', async () => {
    const started = collector<true>();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let finished = false;
    await queue.add('x', {}, ours);
    const worker = work(async () => {
      started.push(true);
      await held;
      finished = true;
    });
    await started.at(1);
    const closing = worker.close();
    release();
    await closing;
    expect(finished).toBe(true);
  });
});
