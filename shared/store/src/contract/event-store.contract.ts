import { roomScope, runStream, systemStream } from '@marketops/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { partitionOf } from '../partition.js';
import {
  type EventStore,
  type PreparedAppend,
  type Restoration,
  type Retirement,
  termLeapMax,
} from '../port.js';
import { leaseContract } from './lease.contract.js';

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

    describe('retire', () => {
      const runId = `run_${'a'.repeat(26)}`;
      const tombstone = { value: '{"tombstone":1}', ttlMs: 60_000 };
      const retirement = (over: Partial<Retirement> = {}): Retirement => ({
        ...{ runId, partition: at, term: 1, tombstone, whileClosed: false },
        streams: [
          { stream: runA, lastSeq: 2 },
          { stream: opA, lastSeq: 1 },
        ],
        ...over,
      });
      beforeEach(async () => {
        const deadline = { runId, atMs: 5 };
        await one(
          append({ segments: [segment(runA, 1, ['{"n":1}', '{"n":2}']), segment(opA, 1)], deadline }),
        );
        const values = new Map([runA, opA].map((stream) => [stream, 'word']));
        await store.acknowledge(at, { term: 1, upTo: '9999999999999-0', values });
      });

      it('given a finished run, then its streams, words and deadline go at once, and a tombstone comes', async () => {
        expect(await store.readTombstones([runId])).toEqual([null]);
        expect(await store.retire([retirement()])).toEqual(['retired']);
        expect(await store.lastSeqs([runA, opA])).toEqual([0, 0]);
        expect(await store.readAcknowledgements([runA, opA])).toEqual([null, null]);
        expect(await store.overdue(at, 10, 10)).toEqual([]);
        expect(await store.readTombstones([runId])).toEqual([tombstone.value]);
      });

      it('E1: given anything appended since, another term or a closed partition, then nothing is changed', async () => {
        const longer = [
          { stream: runA, lastSeq: 1 },
          { stream: opA, lastSeq: 1 },
        ];
        expect(await store.retire([retirement({ streams: longer }), retirement({ term: 2 })])).toEqual([
          'moved',
          'not_open',
        ]);
        await store.writeControl(at, { epoch: 1, state: 'closed', reason: 'x', term: 1 });
        expect(await store.retire([retirement()])).toEqual(['not_open']);
        expect(await store.lastSeqs([runA, opA])).toEqual([2, 1]);
        expect(await store.retire([retirement({ whileClosed: true })])).toEqual(['retired']);
      });

      it('given a retired run, then nothing begins under its name; what goes on from its past conflicts', async () => {
        await store.retire([retirement()]);
        expect(
          await store.append([
            append({ segments: [segment(opA, 1)] }),
            append({ segments: [segment(runA, 3), segment(`${opA}2`, 1)] }),
            append({ segments: [segment(runA, 3)] }),
          ]),
        ).toEqual([
          { status: 'retired', runId, tombstone: tombstone.value },
          { status: 'retired', runId, tombstone: tombstone.value },
          { status: 'conflict', stream: runA, actualSeq: 0 },
        ]);
        expect(await store.lastSeqs([runA, opA, `${opA}2`])).toEqual([0, 0, 0]);
      });

      it('given a tombstone whose time is over, or none at all, then whatever stands there goes', async () => {
        await store.retire([retirement({ tombstone: null })]);
        expect(await one(append({ segments: [segment(runA, 1)] }))).toEqual({ status: 'appended' });
        const any = [
          { stream: runA, lastSeq: null },
          { stream: opA, lastSeq: null },
        ];
        expect(await store.retire([retirement({ streams: any })])).toEqual(['retired']);
        expect(await store.lastSeqs([runA])).toEqual([0]);
      });

      it('given many runs at once, then each is taken out or not by itself', async () => {
        const other = `run_${'b'.repeat(26)}`;
        const elsewhere = partitionOf(other);
        await store.writeControl(elsewhere, { epoch: 1, state: 'open', reason: '', term: 1 });
        const many = Array.from({ length: 200 }, () =>
          retirement({
            runId: other,
            partition: elsewhere,
            streams: [{ stream: runStream(other), lastSeq: 0 }],
          }),
        );
        const outcomes = await store.retire([retirement({ term: 7 }), ...many, retirement()]);
        expect([outcomes[0], outcomes.at(-1), new Set(outcomes.slice(1, -1))]).toEqual([
          'not_open',
          'retired',
          new Set(['retired']),
        ]);
      });
    });

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

      it('E1: given another event where one is named, then the append conflicts; given that one, it stands', async () => {
        const known = ['{"id":"known","seq":1}', '{"id":"last","seq":2}'];
        await one(append({ segments: [segment(runA, 1, known)] }));
        const after = (afterId: string) => one(append({ segments: [{ ...segment(runA, 3), afterId }] }));
        const another = { status: 'conflict', stream: runA, actualSeq: 2, isAnother: true };
        expect(await after('other')).toEqual(another);
        expect(await after('las')).toEqual(another);
        expect(await store.lastSeqs([runA])).toEqual([2]);
        expect(await after('last')).toEqual({ status: 'appended' });
      });

      it('E1: given a name where no event stands, then the append conflicts', async () => {
        expect(await one(append({ segments: [{ ...segment(runA, 1), afterId: 'lost' }] }))).toMatchObject({
          status: 'conflict',
          isAnother: true,
        });
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

      it('replaces what is said to be damaged whatever its numbers, but for a term that a ledger may have claimed', async () => {
        const next = { epoch: 2, state: 'open', reason: '', term: 5, anew: true } as const;
        await store.writeControl(at, { epoch: 999, state: 'open', reason: '', term: 6 });
        expect(await store.writeControl(at, next)).toBe(false);
        expect(await store.writeControl(at, { ...next, term: 6 })).toBe(true);
        expect((await store.readControl([at]))[0]).toMatchObject({ epoch: 2, term: 6 });
        await store.writeControl(at, { ...next, term: 7 + termLeapMax });
        expect(await store.writeControl(at, { ...next, term: 6 })).toBe(true);
      });

      it('keeps the name of the ledger until another is written', async () => {
        const next = { epoch: 1, state: 'open', reason: '', term: 1 } as const;
        expect((await store.readControl([at]))[0]?.ledger).toBeUndefined();
        await store.writeControl(at, { ...next, ledger: 'log#1' });
        await store.writeControl(at, next);
        expect((await store.readControl([at]))[0]?.ledger).toBe('log#1');
      });

      it('tells what each outbox ends with', async () => {
        expect(new Set(await store.lastOutboxIds())).toEqual(new Set(['0-0']));
        await one(append({ segments: [segment(runA, 1)] }));
        const [entry] = await store.readOutbox(new Map(), { countMax: 1, blockMs: 1 });
        const ids = await store.lastOutboxIds();
        expect([ids[at], ids.length]).toEqual([entry?.id, 64]);
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

      it('O1: what the ledger freezes while room runs short, it lifts again, and nothing else with it', async () => {
        await store.freeze('all', 'incident 8');
        await store.freeze(roomScope, 'the disk is nearly full');
        const short = append({ scopes: [roomScope], segments: [segment(runA, 1)] });
        const reason = 'the disk is nearly full';
        expect(await one(short)).toEqual({ status: 'frozen', scope: roomScope, reason });
        expect((await store.readControl([at]))[0]?.frozen.get(roomScope)).toBe(reason);
        await store.unfreeze(roomScope);
        expect((await store.readControl([at]))[0]?.frozen).toEqual(new Map([['all', 'incident 8']]));
        expect(await one(short)).toEqual({ status: 'appended' });
        expect((await one(append({ scopes: ['all'], segments: [segment(opA, 1)] })))?.status).toBe('frozen');
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

      it('given appends that nobody has taken, then it is told how many and how old, until they are acknowledged', async () => {
        expect(await store.outboxBacklog()).toEqual({ appends: 0, oldestMs: null });
        await one(append({ segments: [segment(runA, 1)] }));
        await one(append({ segments: [segment(runA, 2)] }));
        const [first, last] = await store.readOutbox(new Map(), { countMax: 10, blockMs: 1_000 });
        const oldestMs = Number(first?.id.split('-')[0]);
        expect(await store.outboxBacklog()).toEqual({ appends: 2, oldestMs });
        await store.acknowledge(at, {
          term: 1,
          upTo: last?.id ?? '',
          values: new Map([[runA, '{"seq":2}']]),
        });
        expect(await store.outboxBacklog()).toEqual({ appends: 0, oldestMs: null });
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

    describe('restore', () => {
      const close = (term = 3) => store.writeControl(at, { epoch: 1, state: 'closed', reason: 'lost', term });
      const restored = (over: Partial<Restoration> = {}): Restoration => ({
        partition: at,
        term: 3,
        streams: [
          { stream: opA, afterSeq: null, segments: [segment(opA, 1), segment(opA, 2)], word: '{"seq":2}' },
        ],
        ...over,
      });
      const first = async (restoration: Restoration) => (await store.restore([restoration]))[0];
      const stands = async (stream: string) => (await store.read([{ stream }]))[0];

      it('L2: given a closed partition, then streams stand as they were, with their words, and not in the outbox', async () => {
        await close();
        expect(await first(restored({ deadline: { runId: 'r', atMs: 7 } }))).toBe('restored');
        expect(await stands(opA)).toEqual([segment(opA, 1), segment(opA, 2)]);
        expect(await store.readAcknowledgements([opA])).toEqual(['{"seq":2}']);
        expect(await store.overdue(at, 7, 10)).toEqual(['r']);
        expect(await store.readOutbox(new Map(), { countMax: 10, blockMs: 1 })).toEqual([]);
        await first(restored({ streams: [], deadline: { runId: 'r', atMs: null } }));
        expect(await store.overdue(at, 7, 10)).toEqual([]);
      });

      it('L2: given one that is open, or closed by another term, then nothing changes', async () => {
        expect(await first(restored())).toBe('not_closed');
        await close(4);
        expect(await first(restored())).toBe('not_closed');
        expect(await store.dropOutbox(at, { term: 3, ids: [] })).toBe(false);
        expect(await stands(opA)).toEqual([]);
      });

      it('E1: given a stream that ends elsewhere than was said, then none of its restoration stands', async () => {
        await one(append({ segments: [segment(runA, 1)] }));
        await close();
        const after = (stream: string, seq: number) => {
          return { stream, afterSeq: seq, segments: [segment(stream, seq + 1)], word: null };
        };
        expect(await first(restored({ streams: [after(opA, 0), after(runA, 2)] }))).toBe('moved');
        expect([await stands(opA), await stands(runA)]).toEqual([[], [segment(runA, 1)]]);
        expect(await first(restored({ streams: [after(opA, 0), after(runA, 1)] }))).toBe('restored');
        expect(await stands(runA)).toEqual([segment(runA, 1), segment(runA, 2)]);
      });

      it('given a stream to be written anew, then nothing of before stays, and appends go on after it', async () => {
        for (const seq of [1, 2, 3]) await one(append({ segments: [segment(opA, seq, ['{"wrong":1}'])] }));
        await close();
        expect(await first(restored())).toBe('restored');
        expect(await stands(opA)).toEqual([segment(opA, 1), segment(opA, 2)]);
        await store.writeControl(at, { epoch: 2, state: 'open', reason: '', term: 3 });
        expect(await one(append({ epoch: 2, segments: [segment(opA, 3)] }))).toEqual({ status: 'appended' });
      });

      it('given many, large and small, then each has its own outcome, in order', async () => {
        await close();
        const large = 'x'.repeat(200_000);
        const many = Array.from({ length: 300 }, (_, number) => {
          const stream = `op/run_${'a'.repeat(26)}/op-${number}`;
          const segments = [segment(stream, 1, number % 50 === 0 ? [large] : ['{}'])];
          return restored({ streams: [{ stream, afterSeq: number === 7 ? 9 : 0, segments, word: 'w' }] });
        });
        const outcomes = await store.restore(many);
        expect(
          outcomes.map((outcome, number) => (outcome === 'restored' ? -1 : number)).filter((n) => n >= 0),
        ).toEqual([7]);
        expect(
          (await store.lastSeqs(many.map(({ streams }) => streams[0]?.stream ?? ''))).filter(
            (seq) => seq === 1,
          ),
        ).toHaveLength(299);
      });

      it('given entries of the outbox, then those named are gone and the others stay', async () => {
        for (const seq of [1, 2, 3]) await one(append({ segments: [segment(runA, seq)] }));
        const read = () => store.readOutbox(new Map(), { countMax: 10, blockMs: 1 });
        const [, second] = await read();
        await close();
        expect(await store.dropOutbox(at, { term: 3, ids: [second?.id ?? ''] })).toBe(true);
        expect((await read()).map(({ segments }) => segments[0]?.value)).toEqual([
          segment(runA, 1).value,
          segment(runA, 3).value,
        ]);
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

    leaseContract(() => store);

    it('knows the time and who it is', async () => {
      expect(await store.nowMs()).toBeGreaterThan(1_600_000_000_000);
      expect((await store.identity()).length).toBeGreaterThan(0);
      expect(systemStream).toBe('system');
    });
  });
}
