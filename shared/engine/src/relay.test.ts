import { Actor } from '@marketops/contracts';
import { type EventStore, type JobSpec, openMemoryStore, partitionCount } from '@marketops/store';
import { ulid } from 'ulid';
import { beforeEach, describe, expect, it } from 'vitest';
import { stepClock } from './clock.js';
import { defaultTuning as tuning } from './queue-config.js';
import type { Queues } from './queues.js';
import { relayOnce } from './relay.js';
import { queueNames } from './topology.js';

const now = Date.parse('2026-01-31T12:00:00.000Z');
const job = (id: string, queue: string = queueNames.authorizations): JobSpec => ({
  queue,
  name: 'x',
  jobId: id,
  data: {},
});

let store: EventStore;
let enqueued: JobSpec[];
const clock = stepClock(now);
const queues: Queues = {
  enqueue: async (jobs) => Promise.resolve(void enqueued.push(...jobs)),
  close: async () => Promise.resolve(),
};
const relay = (over: Partial<Queues> = {}, actor: Actor = 'publisher') =>
  relayOnce(store, { ...queues, ...over }, clock, tuning, actor);
/** An append of this age whose process died before it enqueued. */
const appended = async (partition: number, ageMs: number, jobs: JobSpec[], id = ulid(now - ageMs)) => {
  const stream = `s${id}`;
  const segments = [{ stream, firstSeq: 1, lastSeq: 1, value: 'x' }];
  await store.append([{ partition, epoch: 1, scopes: [], segments, relay: { id, jobs } }]);
  return id;
};
const pending = async () => {
  const entries = await Promise.all(
    Array.from({ length: partitionCount }, (_, at) => store.relayPending(at, 1_000)),
  );
  return entries.flat().length;
};

beforeEach(async () => {
  store = openMemoryStore();
  enqueued = [];
  for (let at = 0; at < partitionCount; at += 1) {
    await store.writeControl(at, { epoch: 1, state: 'open', reason: '', term: 1 });
  }
});

describe('the relay', () => {
  it('E2: given appends of every partition that were never enqueued, then each is enqueued once, in order', async () => {
    for (let at = 0; at < partitionCount; at += 1)
      await appended(at, 10_000 - at, [job(`a${at}`), job(`b${at}`)]);
    expect(await relay()).toBe(partitionCount);
    expect(enqueued.map(({ jobId }) => jobId)).toEqual(
      Array.from({ length: partitionCount }, (_, at) => [`a${at}`, `b${at}`]).flat(),
    );
    expect(await relay()).toBe(0);
    expect(enqueued).toHaveLength(2 * partitionCount);
  });

  it('given a young append, then its own process has its chance first', async () => {
    await appended(3, tuning.relayAfterMs - 1, [job('a')]);
    expect([await relay(), enqueued]).toEqual([0, []]);
    clock.step(1);
    expect(await relay()).toBe(1);
  });

  it('E2: given the enqueue fails, then the entry stays for the next turn', async () => {
    await appended(3, 10_000, [job('a')]);
    const enqueue = async () => Promise.reject(new Error('Redis is away'));
    await expect(relay({ enqueue })).rejects.toThrow('Redis is away');
    expect([await relay(), enqueued]).toEqual([1, [job('a')]]);
  });

  it('given one partition holds what cannot be enqueued, then the others are not kept waiting', async () => {
    await appended(0, 10_000, [job('a:b')]);
    await appended(1, 10_000, [job('a')]);
    const enqueue = async (jobs: readonly JobSpec[]) => {
      if (jobs.some(({ jobId }) => jobId?.includes(':'))) throw new Error('Custom Id cannot contain :');
      return queues.enqueue(jobs);
    };
    await expect(relay({ enqueue })).rejects.toThrow('cannot contain');
    expect(enqueued).toEqual([job('a')]);
  });

  it('given an id that is no ULID, then it is cleared away and stops nothing', async () => {
    await appended(0, 0, [], 'forged');
    await appended(1, 10_000, [job('a')]);
    expect([await relay(), await pending(), enqueued]).toEqual([2, 0, [job('a')]]);
  });

  it('F4: given jobs for a queue it does not add to, then it leaves them to who does, and takes its own past them', async () => {
    const theirs = [job('a', queueNames.runs), job('b', queueNames.publications('acme'))];
    for (let at = 0; at < 600; at += 1) await appended(0, 20_000, theirs, `${ulid(now - 20_000)}`);
    await appended(0, 10_000, [job('mine')]);
    expect([await relay(), enqueued]).toEqual([1, [job('mine')]]);
    expect(await pending()).toBe(600);

    expect([await relay({}, 'planner'), await relay({}, 'planner')]).toEqual([500, 100]);
    expect(await pending()).toBe(0);
  });

  it('F2: given jobs that nobody may add, such as a plan in a principal’s name, then they are cleared away', async () => {
    await appended(0, 10_000, [job('forged', queueNames.plans('local'))]);
    await appended(1, 10_000, [job('a'), job('forged', queueNames.plans('local'))]);
    await appended(2, 10_000, [job('x', '{elsewhere}')]);
    await appended(3, 10_000, [null, { queue: 7 }] as unknown as JobSpec[]);
    for (const actor of Actor.options) await relay({}, actor);
    expect([enqueued, await pending()]).toEqual([[], 0]);
  });
});
