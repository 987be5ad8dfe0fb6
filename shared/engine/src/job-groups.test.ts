import { Fault } from '@marketops/contracts';
import { type ProvidedRedis, testRedis } from '@marketops/local';
import { connectRedis, type JobSpec } from '@marketops/store';
import { type Job, Queue, Worker } from 'bullmq';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from './clock.js';
import { HoldError, ThrottledError } from './errors.js';
import { groupName, packed, ungrouped } from './job-groups.js';
import { createLog } from './log.js';
import { defaultTuning, groupItemsMax, type QueueTuning } from './queue-config.js';
import { openQueues, type Queues } from './queues.js';
import { collector, deferred } from './testing/deferred.js';
import { incomingJob } from './testing/engine.js';
import { type IncomingJob, type RunningWorker, startWorker } from './worker.js';

const tuning: QueueTuning = { ...defaultTuning, backoffMs: 10, holdMs: 5, concurrency: 4 };
const log = createLog('test', 'silent');
const fault = (retry: 'terminal' | 'transient' | 'hold') => new Fault('test', retry, { next: '', retry });
const spec = (over: Partial<JobSpec> = {}): JobSpec => ({ queue: '{q}', name: 'x', data: {}, ...over });

/** The items of what may be a group, as the jobs they were. */
const itemsIn = ({ queue, name, data, ...rest }: JobSpec): JobSpec[] => {
  if (name !== groupName) return [{ queue, name, data, ...rest }];
  const { group } = data as {
    group: { name: string; data: JobSpec['data']; id?: string; coalesce_id?: string }[];
  };
  return group.map((item) => ({
    queue,
    name: item.name,
    data: item.data,
    ...(item.id === undefined ? {} : { jobId: item.id }),
    ...(item.coalesce_id === undefined ? {} : { coalesceId: item.coalesce_id }),
  }));
};

describe('packing', () => {
  it.each([0, 1])('given %d jobs, then they stay as they are', (count) => {
    const jobs = Array.from({ length: count }, () => spec({ jobId: 'a' }));
    expect(packed(jobs)).toBe(jobs);
  });

  it('given several, then they share one job, in order', () => {
    const jobs = [spec({ jobId: 'a', data: { a: 1 } }), spec({ coalesceId: 'b' }), spec({ name: 'y' })];
    const all = packed(jobs);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ queue: '{q}', name: groupName });
    expect(all.flatMap(itemsIn)).toEqual(jobs);
  });

  it.each([
    ['must wait', { jobId: 'b', delayMs: 5 }],
    ['has an id that BullMQ refuses', { jobId: 'b:c' }],
    ['has an integer for an id', { jobId: '17' }],
  ])('given one that %s, then it stays by itself', (_what, over) => {
    const apart = spec(over);
    const all = packed([spec({ jobId: 'a' }), apart, spec({ jobId: 'c' })]);
    expect(all).toHaveLength(2);
    expect(all[0]).toBe(apart);
  });

  it('given the same wake-up many times, then it is one job, and coalesced as such', () => {
    const wake = spec({ coalesceId: 'run_a' });
    expect(packed([wake, { ...wake }, { ...wake }])).toEqual([wake]);
  });

  it('given any jobs, then each goes out once, in order, in groups within the limit', () => {
    const is = {
      queue: fc.constant('{q}'),
      name: fc.constantFrom('x', 'y'),
      data: fc.record({ n: fc.nat() }),
    };
    const job = fc.oneof(
      fc.record(is),
      fc.record({ ...is, coalesceId: fc.constantFrom('a', 'b') }),
      fc.record({ ...is, jobId: fc.constantFrom('a', 'b', 'c', '12', 'a:b') }),
      fc.record({ ...is, jobId: fc.constantFrom('a', 'b'), delayMs: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(job, { maxLength: 150 }), (jobs: JobSpec[]) => {
        const all = packed(jobs);
        const items = all.flatMap(itemsIn);
        const key = ({ jobId, coalesceId, delayMs }: JobSpec) => JSON.stringify([jobId, coalesceId, delayMs]);
        expect(new Set(items.map(key))).toEqual(new Set(jobs.map(key)));
        const nameless = ({ jobId, coalesceId }: JobSpec) => jobId === undefined && coalesceId === undefined;
        expect(items.filter(nameless).length).toBe(jobs.filter(nameless).length);
        const grouped = all.filter(({ name }) => name === groupName);
        for (const group of grouped) expect(itemsIn(group).length).toBeLessThanOrEqual(groupItemsMax);
        const places = grouped
          .flatMap(itemsIn)
          .map((item) => jobs.findIndex((each) => each.data === item.data));
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
    );
  });
});

describe('a group', () => {
  let putBack: JobSpec[];
  const alone = async (jobs: readonly JobSpec[]) => Promise.resolve(void putBack.push(...jobs));
  const groupOf = (items: readonly Record<string, unknown>[], over: Partial<IncomingJob> = {}) =>
    incomingJob({ id: '17', queue: '{q}', name: groupName, data: { group: items }, ...over });
  beforeEach(() => {
    putBack = [];
  });

  it('given a single job, then it is passed on as it is', async () => {
    const job = incomingJob();
    const seen: IncomingJob[] = [];
    const process = ungrouped(async (each) => Promise.resolve(void seen.push(each)), { tuning, log, alone });
    await process(job);
    expect(seen[0]).toBe(job);
    expect(putBack).toEqual([]);
  });

  it('given its items, then each is handled as a job of its own', async () => {
    const seen: IncomingJob[] = [];
    const process = ungrouped(async (each) => Promise.resolve(void seen.push(each)), { tuning, log, alone });
    const group = groupOf([
      { name: 'a', data: { n: 1 }, id: 'run_a.planned' },
      { name: 'b', data: { n: 2 } },
    ]);
    await process(group);
    const { queue, addedAtMs, attempt, signal } = group;
    const same = { queue, addedAtMs, attempt, lastAttempt: false, signal };
    expect(seen).toEqual([
      { id: 'run_a.planned', name: 'a', data: { n: 1 }, ...same },
      { id: '17.1', name: 'b', data: { n: 2 }, ...same },
    ]);
  });

  it.each([
    ['is held', fault('hold'), [tuning.holdMs, tuning.holdMs]],
    ['is held for a time of its own', new HoldError('', 70), [70, 70]],
    ['is throttled', new ThrottledError('', 90), [90, 90]],
    ['fails for now', fault('transient'), [5, 10]],
    ['fails unexpectedly', new TypeError('a defect'), [5, 10]],
    ['is refused', fault('terminal'), undefined],
  ])(
    'given one that %s, then it becomes a job of its own, and the others are done',
    async (_what, thrown, delay) => {
      const done: string[] = [];
      const process = ungrouped(
        async ({ id }) => {
          if (id === 'b') throw thrown;
          await Promise.resolve(done.push(id));
        },
        { tuning, log, alone },
      );
      const item = { name: 'x', data: { n: 1 }, id: 'b', coalesce_id: 'c' };
      await process(groupOf([{ name: 'x', data: {}, id: 'a' }, item, { name: 'x', data: {}, id: 'c' }]));
      expect(done.sort()).toEqual(['a', 'c']);
      const [{ delayMs, ...rest } = spec()] = putBack;
      expect(putBack).toHaveLength(1);
      expect(rest).toEqual({ queue: '{q}', name: 'x', data: { n: 1 }, jobId: 'b', coalesceId: 'c' });
      if (delay === undefined) expect(delayMs).toBeUndefined();
      else {
        expect(delayMs).toBeGreaterThanOrEqual(delay[0] ?? 0);
        expect(delayMs).toBeLessThanOrEqual(delay[1] ?? 0);
      }
    },
  );

  it('given one that cannot be put back, then the whole group is tried again, when all others have ended', async () => {
    const hold = deferred();
    let ended = false;
    const process = ungrouped(
      async ({ id }) => {
        if (id === 'a') throw fault('transient');
        await hold.promise;
        ended = true;
      },
      { tuning, log, alone: async () => Promise.reject(new Error('Redis is away')) },
    );
    const items = ['a', 'b'].map((id) => ({ name: 'x', data: {}, id }));
    const attempt = process(groupOf(items)).then(
      () => 'done',
      (thrown: Error) => `${thrown.message}, ended ${ended}`,
    );
    setImmediate(() => hold.resolve());
    expect(await attempt).toBe('Redis is away, ended true');
  });

  it('given more items than may be worked on at a time, then they take turns with the others and with single jobs', async () => {
    let now = 0;
    let most = 0;
    const process = ungrouped(
      async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
      },
      { tuning, log, alone },
    );
    const group = groupOf(Array.from({ length: 10 }, () => ({ name: 'x', data: {} })));
    await Promise.all([process(group), process(incomingJob()), process(group)]);
    expect(most).toBe(tuning.concurrency);
  });

  const item = { name: 'x', data: {}, id: 'a' };
  it.each([
    ['no object', 17],
    ['no list', { group: item }],
    ['nothing in it', { group: [] }],
    ['too much in it', { group: Array.from({ length: groupItemsMax + 1 }, () => item) }],
    ['something beside it', { group: [item], run_id: 'run_a' }],
    ['an item without a name', { group: [{ data: {} }] }],
    ['an item without data', { group: [{ name: 'x' }] }],
    ['an item whose data is a list', { group: [{ name: 'x', data: [] }] }],
    ['an item whose data is null', { group: [{ name: 'x', data: null }] }],
    ['an item with a queue', { group: [{ ...item, queue: '{other}' }] }],
    ['an item with attempts', { group: [{ ...item, attempts: 99 }] }],
    ['a group in it', { group: [{ ...item, name: groupName }] }],
    ['an id with a colon', { group: [{ ...item, id: 'a:lock' }] }],
    ['an integer for an id', { group: [{ ...item, id: '17' }] }],
    ['an id without end', { group: [{ ...item, id: 'a'.repeat(257) }] }],
    ['an empty coalesce id', { group: [{ ...item, coalesce_id: '' }] }],
  ])('given a forged one with %s, then it is refused and no item is looked at', async (_what, data) => {
    const seen: unknown[] = [];
    const process = ungrouped(async (each) => Promise.resolve(void seen.push(each)), { tuning, log, alone });
    const refused = process(incomingJob({ name: groupName, data }));
    await expect(refused).rejects.toMatchObject({ code: 'request_malformed', retry: 'terminal' });
    expect([seen, putBack]).toEqual([[], []]);
  });

  describe('of wake-ups', () => {
    const wake = (data: Record<string, unknown>) => groupOf([{ name: 'x', data, coalesce_id: 'run_a' }]);

    it('given the same in other groups while it runs, then it is looked at once more and no more', async () => {
      const starts = collector<IncomingJob>();
      const hold = deferred();
      const process = ungrouped(
        async (job) => {
          starts.push(job);
          await hold.promise;
        },
        { tuning, log, alone },
      );
      const first = process(wake({ run_id: 'a' }));
      await starts.at(1);
      const later = [1, 2, 3].map(() => process(wake({ run_id: 'a' })));
      hold.resolve();
      await Promise.all([first, ...later]);
      expect(starts.values).toHaveLength(2);
    });

    it('given it has not begun, then whoever asks meanwhile is served by it', async () => {
      const hold = deferred();
      const seen: string[] = [];
      const process = ungrouped(
        async ({ name }) => {
          seen.push(name);
          if (name === 'busy') await hold.promise;
        },
        { tuning: { ...tuning, concurrency: 1 }, log, alone },
      );
      const all = [
        process(incomingJob({ name: 'busy' })),
        process(wake({ run_id: 'a' })),
        process(wake({ run_id: 'a' })),
      ];
      hold.resolve();
      await Promise.all(all);
      expect(seen).toEqual(['busy', 'x']);
    });

    it('given other data under the same id, then nobody is served by what is not the same', async () => {
      const seen: unknown[] = [];
      const process = ungrouped(
        async ({ data }) => {
          await Promise.resolve(seen.push(data));
        },
        { tuning, log, alone },
      );
      await Promise.all([process(wake({ run_id: 'a' })), process(wake({ run_id: 'b' }))]);
      expect(seen).toEqual([{ run_id: 'a' }, { run_id: 'b' }]);
    });

    it('given the first look cannot be put back, then who waits for it is looked at all the same', async () => {
      const started = deferred();
      const thrown = [fault('transient')];
      const process = ungrouped(
        async () => {
          started.resolve();
          await new Promise((resolve) => setImmediate(resolve));
          const next = thrown.shift();
          if (next !== undefined) throw next;
        },
        { tuning, log, alone: async () => Promise.reject(new Error('Redis is away')) },
      );
      const first = process(wake({ run_id: 'a' }));
      await started.promise;
      const second = process(wake({ run_id: 'a' }));
      const ends = await Promise.allSettled([first, second]);
      expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    });
  });
});

describe('groups through Redis', () => {
  let server: ProvidedRedis;
  let name: string;
  let count = 0;
  let queues: Queues;
  let singly: Queues;
  let look: Queue;
  const connections: Redis[] = [];
  const workers: RunningWorker[] = [];
  const connect = (): Redis => {
    const redis = connectRedis(server.url);
    connections.push(redis);
    return redis;
  };
  beforeAll(async () => {
    server = await testRedis();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    name = `{group-${++count}}`;
    const redis = connect();
    queues = openQueues(redis, tuning, new Set([name]));
    singly = openQueues(redis, tuning);
    look = new Queue(name, { connection: connect(), skipVersionCheck: true });
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
    await Promise.all([queues.close(), singly.close(), look.close()]);
    for (const redis of connections.splice(0)) redis.disconnect();
  });

  const enqueue = (ids: readonly string[]) =>
    Promise.all(ids.map((jobId) => queues.enqueue([{ queue: name, name: 'x', jobId, data: { jobId } }])));
  const work = (process: (job: IncomingJob) => Promise<void>, over: Partial<QueueTuning> = {}): void => {
    const redis = connect();
    const its = { ...tuning, ...over };
    const alone = (jobs: readonly JobSpec[]) => singly.enqueue(jobs);
    const each = ungrouped(process, { tuning: its, log, alone });
    workers.push(startWorker({ queue: name, redis, tuning: its, clock: systemClock, log, process: each }));
  };
  const ids = ['a', 'b', 'c', 'd'];

  it('given many callers in one turn, then one job waits, and every item is handled', async () => {
    await enqueue(ids);
    expect(await look.getWaitingCount()).toBe(1);
    const seen = collector<string>();
    work(async ({ id }) => Promise.resolve(seen.push(id)));
    await seen.at(4);
    expect([...seen.values].sort()).toEqual(ids);
  });

  it('given a queue whose jobs do not travel in groups, then each is a job', async () => {
    await Promise.all(ids.map((jobId) => singly.enqueue([{ queue: name, name: 'x', jobId, data: {} }])));
    expect(await look.getWaitingCount()).toBe(4);
  });

  it('given a refused item, then it ends among the failed with its reason, and the others are done', async () => {
    const tries = collector<string>();
    work(async ({ id }) => {
      tries.push(id);
      if (id === 'b') throw fault('terminal');
      await Promise.resolve();
    });
    await enqueue(ids);
    await tries.at(5);
    await workers.splice(0)[0]?.close();
    expect([...tries.values].sort()).toEqual(['a', 'b', 'b', 'c', 'd']);
    const failed = await look.getFailed();
    expect(failed.map(({ id, failedReason }) => [id, failedReason])).toEqual([['b', 'test: terminal']]);
    expect(await look.getJobCounts('waiting', 'active', 'delayed')).toEqual({
      waiting: 0,
      active: 0,
      delayed: 0,
    });
  });

  it('given an item that fails for now, then it has all its attempts as a job of its own', async () => {
    const tries = collector<readonly [number, boolean]>();
    work(async ({ id, attempt, lastAttempt }) => {
      if (id !== 'b') return Promise.resolve();
      tries.push([attempt, lastAttempt]);
      throw fault('transient');
    });
    await enqueue(ids);
    await tries.at(5);
    await workers.splice(0)[0]?.close();
    expect(tries.values).toEqual([
      [1, false],
      [1, false],
      [2, false],
      [3, false],
      [4, true],
    ]);
    expect((await look.getFailed()).map(({ id }) => id)).toEqual(['b']);
  });

  it('given an item that is held, then it is looked at again after its time, and not before', async () => {
    const looks = collector<number>();
    work(async ({ id }) => {
      if (id !== 'b') return Promise.resolve();
      looks.push(Date.now());
      if (looks.values.length < 3) throw new HoldError('not yet', 60);
    });
    await enqueue(ids);
    const [first, second, third] = [await looks.at(1), await looks.at(2), await looks.at(3)];
    expect(second - first).toBeGreaterThanOrEqual(59);
    expect(third - second).toBeGreaterThanOrEqual(59);
  });

  it('given a forged group, then it ends among the failed', async () => {
    work(async () => Promise.reject(new Error('nothing is to be looked at')));
    await look.add(groupName, { group: [{ name: 'x', data: {}, id: 'a', queue: '{other}' }] });
    await expect
      .poll(async () => (await look.getFailed()).map(({ failedReason }) => failedReason))
      .toEqual(['request_malformed: the job is no group of jobs']);
  });

  it('E2: given a worker that dies in the middle, then the whole group is handled by another', async () => {
    const begun = collector<string>();
    const dying = ungrouped(
      async ({ id }) => {
        begun.push(id);
        if (id !== 'a') await new Promise(() => undefined);
      },
      { tuning, log, alone: (jobs) => singly.enqueue(jobs) },
    );
    const worker = new Worker(
      name,
      async (job: Job) =>
        dying(incomingJob({ id: job.id ?? '', queue: name, name: job.name, data: job.data })),
      { connection: connect(), lockDuration: 300, stalledInterval: 300 },
    );
    await enqueue(ids);
    await begun.at(4);
    await worker.close(true);
    const seen = collector<string>();
    work(async ({ id }) => Promise.resolve(seen.push(id)), { lockMs: 300 });
    await seen.at(4);
    expect([...seen.values].sort()).toEqual(ids);
  });
});
