import type { MarketOpsEvent } from '@marketops/contracts';
import type { CryptoPort } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Appender, createAppender } from './appender.js';
import { openMemoryStore } from './memory/memory-store.js';
import type { EventStore, PreparedAppend } from './port.js';
import { createVerifiedReader } from './reader.js';
import { cancel, context, ids, op, openPartitions, request, run, skip, voices } from './testing/voices.js';

const keys = voices();
let store: EventStore;
let sent: (readonly PreparedAppend[])[];
let signatures: number;
let appender: Appender;
/** The crypto everybody uses, counting signatures. */
const crypto: CryptoPort = {
  ...nodeCrypto,
  sign: (key, data) => {
    signatures += 1;
    return nodeCrypto.sign(key, data);
  },
};
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
  signatures = 0;
  await openPartitions(store);
  const now = () => new Date('2026-01-31T12:00:00.000Z');
  appender = createAppender({ store, crypto, signer: keys.planner, now, newId: ids() });
});

const read = async (stream: string): Promise<readonly MarketOpsEvent[]> => {
  const [view] = await createVerifiedReader({ store, crypto, keyring: keys.keyring }).read([stream]);
  return view?.events ?? [];
};
const settled = async (requests: Parameters<Appender['append']>[0][]) =>
  (await Promise.allSettled(requests.map((one) => appender.append(one)))).map((result) =>
    result.status === 'fulfilled' ? 'appended' : (result.reason as { code?: string }).code,
  );

describe('group commit', () => {
  const one = (id: string) => request(op(id), 0, [skip(id)]);

  it('given fifty appends in one turn, then there is one signature and one round trip, and each verifies alone', async () => {
    const ids = Array.from({ length: 50 }, (_, at) => `o${at}`);
    await Promise.all(ids.map((id) => appender.append(one(id))));
    expect([signatures, sent.length]).toEqual([1, 1]);
    for (const id of ids) expect(await read(op(id))).toHaveLength(1);
  });

  it('given one of them cannot be, then the others are', async () => {
    await appender.append(one('taken'));
    const outcomes = await settled([
      one('a'),
      one('taken'),
      request(run, 0, [skip('x')]),
      request(op('empty'), 0, []),
      one('b'),
    ]);
    expect(outcomes).toEqual([
      'appended',
      'append_conflict',
      'invariant_violated',
      'invariant_violated',
      'appended',
    ]);
  });

  it('given the store cannot answer for one, then that one is told to look and try again, and the others stand', async () => {
    const { append } = store;
    store.append = async (appends) => {
      const outcomes = await append(appends);
      return outcomes.map((outcome, at) =>
        at === 1 ? { status: 'failed', fault: new Error('WRONGTYPE') } : outcome,
      );
    };
    expect(await settled([one('a'), one('b'), one('c')])).toEqual([
      'appended',
      'store_unavailable',
      'appended',
    ]);
  });

  it('given the store cannot be reached, then all are told, and the next append works', async () => {
    const { append } = store;
    store.append = async () => Promise.reject(new Error('Redis is away'));
    expect(await settled([one('a'), one('b')])).toEqual([undefined, undefined]);
    store.append = append;
    expect(await settled([one('a')])).toEqual(['appended']);
  });

  it('given more than one signature may cover, then there are more groups, and all stand', async () => {
    const ids = Array.from({ length: 600 }, (_, at) => `o${at}`);
    expect(new Set(await settled(ids.map(one)))).toEqual(new Set(['appended']));
    expect(sent.map(({ length }) => length)).toEqual([256, 256, 88]);
  });

  it('given many large appends at once, then no group’s tree grows beyond what can be signed', async () => {
    const streams = (from: number) =>
      Array.from({ length: 1_000 }, (_, at) => ({
        stream: op(`o${from}-${at}`),
        afterSeq: 0,
        events: [skip('x')],
      }));
    expect(
      await settled(Array.from({ length: 40 }, (_, from) => ({ context, streams: streams(from) }))),
    ).toEqual(Array.from({ length: 40 }, () => 'appended'));
    for (const group of sent)
      expect(group.reduce((sum, { segments }) => sum + segments.length, 0)).toBeLessThanOrEqual(16_384);
  });

  it('E1: given a hundred writers of one seq, then one wins', async () => {
    const outcomes = await settled(Array.from({ length: 100 }, () => request(run, 0, [cancel()])));
    expect(outcomes.filter((outcome) => outcome === 'appended')).toHaveLength(1);
    expect(await read(run)).toHaveLength(1);
  });
});
