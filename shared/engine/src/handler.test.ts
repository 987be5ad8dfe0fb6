import { type EventDraft, foldRun, initialRun, type RunState, runStream } from '@marketops/contracts';
import { partitionOf, StoreError } from '@marketops/store';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commit, type Decision, type Handler, handle, type Outlet } from './handler.js';
import { incomingJob, openTestEngine, type TestEngine } from './testing/index.js';
import { runJob } from './topology.js';

const runId = `run_${'a'.repeat(26)}`;
const stream = runStream(runId);
const cancel: EventDraft = { type: 'run.cancel_requested', data: { principal: 'ci', reason: 'enough' } };
const stalled: EventDraft = { type: 'run.stalled', data: { waiting_for: [], sweeps: 1 } };
const follow = runJob(runId);
const context = { tenantId: 'acme', runId, mode: 'prod', causationId: null, correlationId: null } as const;

let engine: TestEngine;
beforeEach(async () => {
  engine = await openTestEngine({ actor: 'planner' });
});
afterEach(() => engine.close());

const load = async (): Promise<RunState> => foldRun(await engine.events(stream));
/** A trigger that cancels a run, once. */
const cancelling = (
  over: Partial<Handler<string, RunState, undefined>> = {},
): Handler<string, RunState, undefined> => ({
  parse: () => runId,
  load,
  handled: (state) => (state.cancelRequested === undefined ? undefined : [follow]),
  gather: async () => Promise.resolve(undefined),
  decide: (state): Decision => ({
    context,
    streams: [{ stream, afterSeq: state.lastSeq, events: [cancel] }],
    jobs: [follow],
  }),
  ...over,
});
const cancels = async () => (await engine.events(stream)).filter(({ type }) => type === cancel.type).length;
/** The outlet of a process that dies between append and enqueue. */
const dying = (): Outlet => ({
  ...engine,
  queues: { ...engine.queues, enqueue: async () => Promise.reject(new Error('the process died')) },
});
const pending = () => engine.store.relayPending(partitionOf(stream), 10);

describe('a decision that leaves something for later', () => {
  const later = new StoreError('frozen', 'a part is frozen', { next: 'Wait.', retry: 'hold' });

  it('given it has events, then they stand and their jobs are enqueued before the job is held', async () => {
    const holding = cancelling({
      decide: (state) => ({
        context,
        streams: [{ stream, afterSeq: state.lastSeq, events: [cancel] }],
        jobs: [follow],
        hold: later,
      }),
    });
    await expect(handle(engine, holding, incomingJob())).rejects.toBe(later);
    expect([await cancels(), engine.jobs]).toEqual([1, [follow]]);
  });

  it('given it has none, then the job is held all the same', async () => {
    await expect(
      handle(
        engine,
        cancelling({ decide: () => ({ context, streams: [], jobs: [follow], hold: later }) }),
        incomingJob(),
      ),
    ).rejects.toBe(later);
    expect([await cancels(), engine.jobs]).toEqual([0, [follow]]);
  });

  it('E2: given the decision takes a while and somebody is first meanwhile, then it is decided anew', async () => {
    let decisions = 0;
    const slow = cancelling({
      handled: () => undefined,
      decide: async (state) => {
        decisions += 1;
        if (decisions === 1) await handle(engine, cancelling(), incomingJob());
        return { context, streams: [{ stream, afterSeq: state.lastSeq, events: [stalled] }], jobs: [] };
      },
    });
    await handle(engine, slow, incomingJob());
    expect([decisions, (await load()).stalls]).toEqual([2, 1]);
  });
});

describe('a trigger', () => {
  it('E2: given it is handled twice, then there is one event and the same job is enqueued again', async () => {
    await handle(engine, cancelling(), incomingJob());
    await handle(engine, cancelling(), incomingJob());
    expect(await cancels()).toBe(1);
    expect(engine.jobs).toEqual([follow, follow]);
  });

  it('E2: given it is handled by twenty at once, then there is one event', async () => {
    await Promise.all(Array.from({ length: 20 }, () => handle(engine, cancelling(), incomingJob())));
    expect(await cancels()).toBe(1);
    expect(engine.jobs).toHaveLength(20);
  });

  it('E2: given a crash between append and enqueue, then its jobs wait in the relay and the next handling enqueues them', async () => {
    await expect(handle(dying(), cancelling(), incomingJob())).rejects.toThrow('the process died');
    expect(await cancels()).toBe(1);
    expect((await pending()).map(({ jobs }) => jobs)).toEqual([[follow]]);
    await handle(engine, cancelling(), incomingJob());
    expect(await cancels()).toBe(1);
    expect(engine.jobs).toEqual([follow]);
  });

  it('E2: given any number of handlings that crash or not, one after another or at once, then there is one event', async () => {
    const handlings = fc.array(fc.record({ dies: fc.boolean(), waits: fc.boolean() }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(handlings, async (script) => {
        engine.close();
        engine = await openTestEngine({ actor: 'planner', keys: engine.keys });
        const going: Promise<unknown>[] = [];
        for (const { dies, waits } of script) {
          const one = handle(dies ? dying() : engine, cancelling(), incomingJob()).catch(() => undefined);
          going.push(one);
          if (waits) await one;
        }
        await Promise.all(going);
        expect(await cancels()).toBe(1);
        const enqueued = engine.jobs.length > 0 || (await pending()).length > 0;
        expect(enqueued).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('given its data is no trigger, then nothing is loaded', async () => {
    const handler = cancelling({
      parse: () => {
        throw new StoreError('store_unavailable', 'no', { next: '' });
      },
      load: () => expect.fail('loaded'),
    });
    await expect(handle(engine, handler, incomingJob())).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});

describe('an assumption', () => {
  const fresh: RunState = initialRun;

  it('given it holds, then nothing is loaded', async () => {
    await handle(
      engine,
      cancelling({ assume: () => fresh, load: () => expect.fail('loaded') }),
      incomingJob(),
    );
    expect(await cancels()).toBe(1);
  });

  it('E2: given it does not, then it costs a conflict and nothing else: the state is loaded, and twice is still once', async () => {
    for (let time = 0; time < 3; time += 1) {
      await handle(engine, cancelling({ assume: () => fresh }), incomingJob());
    }
    expect(await cancels()).toBe(1);
    expect(engine.jobs).toEqual([follow, follow, follow]);
  });

  it('given none is made, then the state is loaded', async () => {
    let loads = 0;
    const counted = async () => {
      loads += 1;
      return load();
    };
    await handle(engine, cancelling({ assume: () => undefined, load: counted }), incomingJob());
    expect(loads).toBe(1);
  });
});

describe('a conflict', () => {
  it('E1: given somebody was first, then the stream is loaded and decided on again', async () => {
    let seqs: number[] = [];
    const gather = async (state: RunState) => {
      seqs = [...seqs, state.lastSeq];
      if (state.lastSeq < 2) await engine.say('planner', stream, state.lastSeq, [stalled]);
      return undefined;
    };
    await handle(engine, cancelling({ gather }), incomingJob());
    expect(seqs).toEqual([0, 1, 2]);
    expect((await engine.events(stream)).map(({ type }) => type)).toEqual([
      stalled.type,
      stalled.type,
      cancel.type,
    ]);
  });

  it('given it never ends, then the fault is let through after a bounded number of decisions', async () => {
    let decisions = 0;
    const gather = async (state: RunState) => {
      decisions += 1;
      await engine.say('planner', stream, state.lastSeq, [stalled]);
      return undefined;
    };
    await expect(handle(engine, cancelling({ gather }), incomingJob())).rejects.toMatchObject({
      code: 'append_conflict',
      retry: 'transient',
    });
    expect(decisions).toBe(17);
    expect(engine.jobs).toEqual([]);
  });

  it('given another refusal of the store, then it is not decided again', async () => {
    await engine.store.writeControl(partitionOf(stream), {
      epoch: 1,
      state: 'closed',
      reason: 'test',
      term: 1,
    });
    let decisions = 0;
    const gather = async () => {
      decisions += 1;
      return Promise.resolve(undefined);
    };
    await expect(handle(engine, cancelling({ gather }), incomingJob())).rejects.toMatchObject({
      code: 'partition_closed',
      retry: 'hold',
    });
    expect(decisions).toBe(1);
  });
});

describe('commit', () => {
  it('given no events, then the jobs are enqueued and nothing is appended', async () => {
    await commit(engine, { context, streams: [{ stream, afterSeq: 0, events: [] }], jobs: [follow] });
    expect(engine.jobs).toEqual([follow]);
    expect(await engine.events(stream)).toEqual([]);
  });

  it('given blobs, then they are durable before the event that names them stands', async () => {
    const seen: number[] = [];
    const blobs = {
      ...engine.blobs,
      put: async (bytes: string | Uint8Array) => {
        seen.push((await engine.events(stream)).length);
        return engine.blobs.put(bytes);
      },
    };
    const decision = {
      context,
      streams: [{ stream, afterSeq: 0, events: [cancel] }],
      jobs: [],
      blobs: ['one', 'two'],
    };
    await commit({ ...engine, blobs }, decision);
    expect(seen).toEqual([0, 0]);
    expect(await cancels()).toBe(1);
  });

  it('given a blob cannot be kept, then nothing is appended and nothing enqueued', async () => {
    const blobs = { ...engine.blobs, put: async () => Promise.reject(new Error('the disk is full')) };
    const decision = {
      context,
      streams: [{ stream, afterSeq: 0, events: [cancel] }],
      jobs: [follow],
      blobs: ['one'],
    };
    await expect(commit({ ...engine, blobs }, decision)).rejects.toThrow('the disk is full');
    expect([await engine.events(stream), engine.jobs]).toEqual([[], []]);
  });

  it('given the jobs are enqueued, then the relay has nothing left', async () => {
    await commit(engine, { context, streams: [{ stream, afterSeq: 0, events: [cancel] }], jobs: [follow] });
    expect(await pending()).toEqual([]);
  });

  it('given the relay cannot be told, then the work still succeeds and nothing goes unhandled', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const store = { ...engine.store, relayDone: async () => Promise.reject(new Error('Redis is away')) };
    await commit(
      { ...engine, store },
      { context, streams: [{ stream, afterSeq: 0, events: [cancel] }], jobs: [follow] },
    );
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect([unhandled, engine.jobs]).toEqual([[], [follow]]);
  });
});
