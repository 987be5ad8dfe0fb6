import { runStream, systemStream } from '@marketops/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { partitionOf } from '../partition.js';
import type { EventStore, PreparedAppend } from '../port.js';

/** A store under test, empty each time `fresh` is called. */
export interface Subject {
  readonly open: () => Promise<void>;
  readonly fresh: () => Promise<EventStore>;
  readonly close: () => Promise<void>;
}

const runA = runStream(`run_${'a'.repeat(26)}`);
const opA = `op/run_${'a'.repeat(26)}/tag`;
const at = partitionOf(runA);

const segment = (stream: string, firstSeq: number, events = ['{}']) => ({
  stream,
  firstSeq,
  lastSeq: firstSeq + events.length - 1,
  value: ['{"statement":1}', ...events].join('\n'),
});
const append = (over: Partial<PreparedAppend> & Pick<PreparedAppend, 'segments'>): PreparedAppend => ({
  partition: at,
  epoch: 1,
  scopes: [],
  ...over,
});

/** What every store must do, whatever it is made of. One suite, run against each adapter. */
export function eventStoreContract(name: string, subject: Subject): void {
  describe(`event store: ${name}`, () => {
    let store: EventStore;
    beforeAll(() => subject.open());
    afterAll(() => subject.close());
    beforeEach(async () => {
      store = await subject.fresh();
      await store.writeControl(at, { epoch: 1, state: 'open', reason: '', term: 1 });
    });
    const one = async (prepared: PreparedAppend) => (await store.append([prepared]))[0];

    describe('append', () => {
      it('E1: given an empty stream, when events are appended, then they are read back in order with their seqs', async () => {
        expect(await one(append({ segments: [segment(runA, 1, ['{"n":1}', '{"n":2}'])] }))).toEqual({
          status: 'appended',
        });
        expect(await one(append({ segments: [segment(runA, 3, ['{"n":3}'])] }))).toEqual({
          status: 'appended',
        });
        const [segments] = await store.read([{ stream: runA }]);
        expect(segments).toEqual([segment(runA, 1, ['{"n":1}', '{"n":2}']), segment(runA, 3, ['{"n":3}'])]);
        expect(await store.lastSeqs([runA, opA])).toEqual([3, 0]);
      });

      it('E1: given a stream that has moved on, then the append conflicts and changes nothing, other streams of it included', async () => {
        await one(append({ segments: [segment(runA, 1)] }));
        const outcome = await one(append({ segments: [segment(opA, 1), segment(runA, 1)] }));
        expect(outcome).toEqual({ status: 'conflict', stream: runA, actualSeq: 1 });
        expect(await store.lastSeqs([runA, opA])).toEqual([1, 0]);
      });

      it('E1: given a gap, then the append conflicts', async () => {
        expect(await one(append({ segments: [segment(runA, 2)] }))).toEqual({
          status: 'conflict',
          stream: runA,
          actualSeq: 0,
        });
      });

      it('given many at once, then each succeeds or fails alone and in order', async () => {
        const outcomes = await store.append([
          append({ segments: [segment(runA, 1)] }),
          append({ segments: [segment(runA, 1)] }),
          append({ segments: [segment(opA, 1)] }),
        ]);
        expect(outcomes.map((outcome) => outcome.status)).toEqual(['appended', 'conflict', 'appended']);
      });

      it('given one hundred writers of one seq, then one wins', async () => {
        const outcomes = await Promise.all(
          Array.from({ length: 100 }, () => one(append({ segments: [segment(runA, 1)] }))),
        );
        expect(outcomes.filter((outcome) => outcome?.status === 'appended')).toHaveLength(1);
      });

      it('given an append of a thousand streams, then all of them stand', async () => {
        const streams = Array.from({ length: 1_000 }, (_, index) => `op/run_${'a'.repeat(26)}/op-${index}`);
        expect(await one(append({ segments: streams.map((stream) => segment(stream, 1)) }))).toEqual({
          status: 'appended',
        });
        expect(new Set(await store.lastSeqs(streams))).toEqual(new Set([1]));
      });
    });

    describe('control', () => {
      it('given no control key, then nothing can be appended: absence means closed', async () => {
        const other = runStream(`run_${'b'.repeat(26)}`);
        const outcome = await one(append({ partition: partitionOf(other), segments: [segment(other, 1)] }));
        expect(outcome).toMatchObject({ status: 'closed', state: 'missing' });
      });

      it('given a closed partition, then appends say so and why', async () => {
        await store.writeControl(at, { epoch: 1, state: 'closed', reason: 'redis lost data', term: 1 });
        expect(await one(append({ segments: [segment(runA, 1)] }))).toEqual({
          status: 'closed',
          state: 'closed',
          reason: 'redis lost data',
        });
      });

      it('given another epoch, then the append says which', async () => {
        expect(await one(append({ epoch: 2, segments: [segment(runA, 1)] }))).toEqual({
          status: 'epoch_changed',
          epoch: 1,
        });
      });

      it('never lets epoch or term fall', async () => {
        expect(await store.writeControl(at, { epoch: 2, state: 'open', reason: '', term: 3 })).toBe(true);
        expect(await store.writeControl(at, { epoch: 1, state: 'open', reason: '', term: 3 })).toBe(false);
        expect(await store.writeControl(at, { epoch: 2, state: 'open', reason: '', term: 2 })).toBe(false);
        expect((await store.readControl([at]))[0]).toMatchObject({ epoch: 2, term: 3 });
      });

      it('O1: given a frozen scope, then appends that name it are refused, others are not, until it is unfrozen', async () => {
        await store.freeze('tenant:acme', 'incident 7');
        const frozen = append({ scopes: ['all', 'tenant:acme'], segments: [segment(runA, 1)] });
        expect(await one(frozen)).toEqual({ status: 'frozen', scope: 'tenant:acme', reason: 'incident 7' });
        expect((await store.readControl([at]))[0]?.frozen).toEqual(new Map([['tenant:acme', 'incident 7']]));
        expect(await one(append({ scopes: ['all'], segments: [segment(opA, 1)] }))).toEqual({
          status: 'appended',
        });
        await store.unfreeze('tenant:acme');
        expect(await one(frozen)).toEqual({ status: 'appended' });
      });
    });

    describe('outbox', () => {
      it('given appends, then the ledger reads them whole and in order, and only after its cursor', async () => {
        await one(append({ segments: [segment(runA, 1), segment(opA, 1)] }));
        await one(append({ segments: [segment(runA, 2)] }));
        const entries = await store.readOutbox(new Map(), { countMax: 10, blockMs: 1_000 });
        expect(entries.map(({ segments }) => segments.map(({ stream }) => stream))).toEqual([
          [runA, opA],
          [runA],
        ]);
        expect(entries[0]?.segments[0]?.value).toBe(segment(runA, 1).value);
        const [first] = entries;
        const rest = await store.readOutbox(new Map([[at, first?.id ?? '']]), {
          countMax: 10,
          blockMs: 1_000,
        });
        expect(rest.map(({ id }) => id)).toEqual([entries[1]?.id]);
      });

      it('given nothing, then it waits and wakes for what comes', async () => {
        const reading = store.readOutbox(new Map(), { countMax: 10, blockMs: 10_000 });
        await one(append({ segments: [segment(runA, 1)] }));
        expect(await reading).toHaveLength(1);
      });

      it('given an acknowledgement, then the outbox is dropped up to it and the word can be read', async () => {
        await one(append({ segments: [segment(runA, 1)] }));
        await one(append({ segments: [segment(runA, 2)] }));
        const [first] = await store.readOutbox(new Map(), { countMax: 10, blockMs: 1_000 });
        const values = new Map([[runA, '{"seq":1}']]);
        expect(await store.acknowledge(at, { term: 1, upTo: first?.id ?? '', values })).toBe(true);
        expect(await store.readAcknowledgements([runA, opA])).toEqual(['{"seq":1}', null]);
        expect(await store.readOutbox(new Map(), { countMax: 10, blockMs: 1_000 })).toHaveLength(1);
      });

      it('given a newer term, then the word of a deposed writer does not count', async () => {
        await store.writeControl(at, { epoch: 1, state: 'open', reason: '', term: 2 });
        expect(await store.acknowledge(at, { term: 1, upTo: '0-1', values: new Map([[runA, 'x']]) })).toBe(
          false,
        );
        expect(await store.readAcknowledgements([runA])).toEqual([null]);
      });

      it('given a listener, then it is woken with the streams that were acknowledged', async () => {
        const woken = new Promise<readonly string[]>(
          (resolve) => void store.onAcknowledged(resolve).then(() => store.announceAcknowledged([runA])),
        );
        expect(await woken).toEqual([runA]);
      });
    });

    describe('relay and deadlines', () => {
      const job = { queue: '{runs}', name: 'run.changed', jobId: 'x', data: { run_id: 'r' } };

      it('keeps the jobs of an append until they have been enqueued', async () => {
        await one(append({ segments: [segment(runA, 1)], relay: { id: '01A', jobs: [job] } }));
        expect(await store.relayPending(at, 10)).toEqual([{ id: '01A', jobs: [job] }]);
        await store.relayDone([{ partition: at, id: '01A' }]);
        expect(await store.relayPending(at, 10)).toEqual([]);
      });

      it('keeps no jobs of an append that was refused', async () => {
        await one(append({ segments: [segment(runA, 5)], relay: { id: '01A', jobs: [job] } }));
        expect(await store.relayPending(at, 10)).toEqual([]);
      });

      it('lists runs past their deadline until they end', async () => {
        await one(append({ segments: [segment(runA, 1)], deadline: { runId: 'run-x', atMs: 1_000 } }));
        expect(await store.overdue(at, 999, 10)).toEqual([]);
        expect(await store.overdue(at, 1_000, 10)).toEqual(['run-x']);
        await store.postpone('run-x', at, 2_000);
        expect(await store.overdue(at, 1_999, 10)).toEqual([]);
        await one(append({ segments: [segment(runA, 2)], deadline: { runId: 'run-x', atMs: null } }));
        await store.postpone('run-x', at, 0);
        expect(await store.overdue(at, 9_999, 10)).toEqual([]);
      });
    });

    it('knows the time and who it is', async () => {
      expect(await store.nowMs()).toBeGreaterThan(1_600_000_000_000);
      expect((await store.identity()).length).toBeGreaterThan(0);
      expect(systemStream).toBe('system');
    });
  });
}
