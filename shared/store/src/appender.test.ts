import { limits, type MarketOpsEvent } from '@marketops/contracts';
import { nodeCrypto } from '@marketops/proof/node';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Appender, createAppender, type Signer } from './appender.js';
import { openMemoryStore } from './memory/memory-store.js';
import { partitionOf } from './partition.js';
import type { EventStore, PreparedAppend } from './port.js';
import { createVerifiedReader } from './reader.js';
import { cancel, context, ids, op, openPartitions, request, run, skip, voices } from './testing/voices.js';

const keys = voices();
let store: EventStore;
let sent: (readonly PreparedAppend[])[];
let appender: Appender;
const appenderOf = (signer: Signer) =>
  createAppender({
    store,
    crypto: nodeCrypto,
    signer,
    now: () => new Date('2026-01-31T12:00:00.000Z'),
    newId: ids(),
  });
beforeEach(async () => {
  const memory = openMemoryStore();
  store = {
    ...memory,
    append: (appends) => {
      sent.push(appends);
      return memory.append(appends);
    },
  };
  sent = [];
  await openPartitions(store);
  appender = appenderOf(keys.planner);
});

const read = async (stream: string): Promise<readonly MarketOpsEvent[]> => {
  const [view] = await createVerifiedReader({ store, crypto: nodeCrypto, keyring: keys.keyring }).read([
    stream,
  ]);
  return view?.events ?? [];
};
describe('an append', () => {
  it('R1: given it was decided in an epoch that has ended, then it is refused, though others of its group are appended', async () => {
    await appender.append(request(run, 0, [cancel()], { epoch: 1 }));
    await openPartitions(store, 2);
    await expect(appender.append(request(run, 1, [cancel()]))).rejects.toMatchObject({
      code: 'epoch_changed',
    });
    const [late, other] = await Promise.allSettled([
      appender.append(request(op('a'), 0, [skip('a')], { epoch: 1 })),
      appender.append(request(run, 1, [cancel()])),
    ]);
    expect(late).toMatchObject({ status: 'rejected', reason: { code: 'epoch_changed', retry: 'hold' } });
    expect(other?.status).toBe('fulfilled');
    await appender.append(request(op('a'), 0, [skip('a')], { epoch: 2 }));
    expect(await read(op('a'))).toHaveLength(1);
  });

  it('E1, E3: given events for several streams, then all stand with their seqs, signed, and are what was answered', async () => {
    const streams = [
      { stream: run, afterSeq: 0, events: [cancel()] },
      { stream: op('a'), afterSeq: 0, events: [skip('a'), skip('a')] },
    ];
    const { events } = await appender.append({ context, streams });
    expect([...(await read(run)), ...(await read(op('a')))]).toEqual(events);
    expect(events.map(({ stream, seq, actor }) => [stream, seq, actor])).toEqual([
      [run, 1, 'planner'],
      [op('a'), 1, 'planner'],
      [op('a'), 2, 'planner'],
    ]);
  });

  it('given jobs, then they are kept for the relay under the id that is answered; given none, then nothing is', async () => {
    const jobs = [{ queue: '{q}', name: 'x', data: {} }];
    const { relayId, partition } = await appender.append(request(run, 0, [cancel()], { jobs }));
    expect(await store.relayPending(partition, 10)).toEqual([{ id: relayId, jobs }]);
    expect((await appender.append(request(run, 1, [cancel()], { jobs: [] }))).relayId).toBeNull();
  });

  it('E1: given the stream has moved on, then it conflicts, and says where the stream is', async () => {
    await appender.append(request(run, 0, [cancel()]));
    await expect(appender.append(request(run, 0, [cancel()]))).rejects.toMatchObject({
      code: 'append_conflict',
      retry: 'transient',
      message: `${run} is already at seq 1`,
    });
  });

  it('E1: given another event at the seq it was decided on, then it conflicts: a Redis that lost data got it back', async () => {
    const { events } = await appender.append(request(run, 0, [cancel()]));
    const follows = (afterId: string | undefined) =>
      appender.append({ context, streams: [{ stream: run, afterSeq: 1, afterId, events: [cancel()] }] });
    await expect(follows('01ARZ3NDEKTSV4RRFFQ69G5FAV')).rejects.toMatchObject({
      code: 'append_conflict',
      message: `${run} holds another event at seq 1 than this was decided on`,
    });
    expect((await follows(events[0]?.id)).events).toMatchObject([{ seq: 2 }]);
  });

  it.each([
    ['frozen', 'frozen', () => store.freeze('tenant:acme', 'incident')],
    [
      'closed',
      'partition_closed',
      () => store.writeControl(partitionOf(run), { epoch: 1, state: 'closed', reason: 'lost', term: 1 }),
    ],
  ])('O1: given its partition is %s, then it is held, not refused', async (_what, code, prepare) => {
    await prepare();
    const asked = request(run, 0, [cancel()], { scopes: ['tenant:acme'] });
    await expect(appender.append(asked)).rejects.toMatchObject({ code, retry: 'hold' });
    expect(await read(run)).toEqual([]);
  });

  it('given no control key at all, then absence means closed', async () => {
    store = openMemoryStore();
    await expect(appenderOf(keys.planner).append(request(run, 0, [cancel()]))).rejects.toMatchObject({
      code: 'partition_closed',
      retry: 'hold',
    });
  });

  it('given the epoch has changed, then it is held once, and the next append is of the new epoch', async () => {
    await appender.append(request(run, 0, [cancel()]));
    await openPartitions(store, 2);
    await expect(appender.append(request(run, 1, [cancel()]))).rejects.toMatchObject({
      code: 'epoch_changed',
      retry: 'hold',
    });
    await appender.append(request(run, 1, [cancel()]));
    expect(sent.at(-1)?.[0]?.epoch).toBe(2);
  });
});

describe('what must never be written', () => {
  it.each([
    ['an event its actor may not say', request(op('a'), 0, [skip('a')]), keys.publisher],
    ['an event in another kind of stream', request(run, 0, [skip('a')]), keys.planner],
    ['an event no reader could parse', request(run, 0, [cancel('x'.repeat(2_000))]), keys.planner],
    ['an event of another run', request(`run/run_${'b'.repeat(26)}`, 0, [cancel()]), keys.planner],
    [
      'one stream twice',
      {
        context,
        streams: [
          { stream: run, afterSeq: 0, events: [cancel()] },
          { stream: run, afterSeq: 0, events: [cancel()] },
        ],
      },
      keys.planner,
    ],
    [
      'streams of two partitions',
      {
        context,
        streams: [
          { stream: run, afterSeq: 0, events: [cancel()] },
          { stream: 'system', afterSeq: 0, events: [] },
        ],
      },
      keys.planner,
    ],
    ['a stream without events', request(run, 0, []), keys.planner],
    ['nothing at all', { context, streams: [] }, keys.planner],
  ])('E3: given %s, then it is a defect, told as one, and nothing is sent', async (_what, asked, signer) => {
    await expect(appenderOf(signer).append(asked)).rejects.toMatchObject({
      code: 'invariant_violated',
      retry: 'terminal',
    });
    expect(await read(run)).toEqual([]);
  });

  it('given an event larger than a ledger entry may be, then it is refused with the limit', async () => {
    const data = {
      waiting_for: Array.from({ length: 1_000 }, (_, at) => `o${at}-${'x'.repeat(58)}`),
      sweeps: 1,
    };
    await expect(appender.append(request(run, 0, [{ type: 'run.stalled', data }]))).rejects.toMatchObject({
      code: 'event_too_large',
      message: expect.stringContaining(String(limits.ledgerEntryBytesMax - 512)),
    });
  });

  it('given more streams or bytes than one append may have, then it is refused before anything is written', async () => {
    const many = Array.from({ length: limits.appendSegmentsMax + 1 }, (_, at) => ({
      stream: op(`o${at}`),
      afterSeq: 0,
      events: [skip(`o${at}`)],
    }));
    const long = [
      {
        stream: op('a'),
        afterSeq: 0,
        events: Array.from({ length: 1_200 }, () => skip('a', 'x'.repeat(1_000))),
      },
    ];
    const full = Array.from({ length: 1_500 }, (_, at) => ({
      stream: op(`o${at}`),
      afterSeq: 0,
      events: Array.from({ length: 4 }, () => skip(`o${at}`, 'x'.repeat(1_000))),
    }));
    for (const streams of [many, long, full]) {
      await expect(appender.append({ context, streams })).rejects.toMatchObject({
        code: 'append_too_large',
        retry: 'terminal',
      });
    }
    expect(await store.lastSeqs([op('a'), op('o1')])).toEqual([0, 0]);
  });

  it('given a plan of a thousand operations, then it fits', async () => {
    const streams = Array.from({ length: 1_000 }, (_, at) => ({
      stream: op(`o${at}`),
      afterSeq: 0,
      events: [skip(`o${at}`, 'x'.repeat(1_000))],
    }));
    expect((await appender.append({ context, streams })).events).toHaveLength(1_000);
  });
});
