import { type EventStore, type JobSpec, openMemoryStore, partitionOf } from '@marketops/store';
import { beforeEach, describe, expect, it } from 'vitest';
import { stepClock } from './clock.js';
import { defaultTuning as tuning } from './queue-config.js';
import { sweepOnce } from './sweeper.js';
import { runJob } from './topology.js';

const runOf = (letter: string) => `run_${letter.repeat(26)}`;

let store: EventStore;
let enqueued: JobSpec[];
let clock: ReturnType<typeof stepClock>;
const sweep = () =>
  sweepOnce(
    store,
    {
      enqueue: async (jobs) => Promise.resolve(void enqueued.push(...jobs)),
      close: async () => Promise.resolve(),
    },
    clock,
    tuning,
  );
const deadline = async (runId: string, atMs: number | null) => {
  const stream = `run/${runId}`;
  const partition = partitionOf(stream);
  const [seq = 0] = await store.lastSeqs([stream]);
  await store.writeControl(partition, { epoch: 1, state: 'open', reason: '', term: 1 });
  const segments = [{ stream, firstSeq: seq + 1, lastSeq: seq + 1, value: 'x' }];
  await store.append([{ partition, epoch: 1, scopes: [], segments, deadline: { runId, atMs } }]);
};

beforeEach(() => {
  store = openMemoryStore();
  enqueued = [];
  clock = stepClock(1_000_000);
});

describe('the sweeper', () => {
  it('given runs past their deadline, then each is looked at again, and not before', async () => {
    await deadline(runOf('a'), 1_000_000);
    await deadline(runOf('b'), 1_000_001);
    expect(await sweep()).toBe(1);
    expect(enqueued.map(({ data }) => data)).toEqual([{ run_id: runOf('a'), sweep: true }]);
  });

  it('given it has just looked, then it waits a whole deadline before it looks again', async () => {
    await deadline(runOf('a'), 0);
    expect([await sweep(), await sweep()]).toEqual([1, 0]);
    clock.step(tuning.runDeadlineMs - 1);
    expect(await sweep()).toBe(0);
    clock.step(1);
    expect(await sweep()).toBe(1);
  });

  it('given the run has ended, then it is never looked at again', async () => {
    await deadline(runOf('a'), 0);
    await deadline(runOf('a'), null);
    clock.step(10 * tuning.runDeadlineMs);
    expect([await sweep(), enqueued]).toEqual([0, []]);
  });

  it('given an ordinary wake-up of the run waits already, then the sweep is a job beside it', async () => {
    await deadline(runOf('a'), 0);
    await sweep();
    expect(enqueued[0]?.coalesceId).not.toBe(runJob(runOf('a')).coalesceId);
    expect(enqueued[0]?.queue).toBe(runJob(runOf('a')).queue);
  });
});
