import { type ProvidedRedis, testRedis } from '@marketops/local';
import { nodeCrypto } from '@marketops/proof/node';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Appender, createAppender } from '../appender.js';
import { partitionOf } from '../partition.js';
import type { EventStore } from '../port.js';
import { createVerifiedReader, type VerifiedReader } from '../reader.js';
import { cancel, ids, op, openPartitions, request, run, skip, voices } from '../testing/voices.js';
import { connectRedis } from './connection.js';
import { keys } from './keys.js';
import { openRedisStore } from './redis-store.js';

const actors = voices();
let server: ProvidedRedis;
let redis: Redis;
let store: EventStore;
let appender: Appender;
let reader: VerifiedReader;
let suspects: string[];

beforeAll(async () => {
  server = await testRedis();
});
afterAll(() => server.stop());
beforeEach(async () => {
  redis = connectRedis(server.url);
  await redis.flushdb();
  store = openRedisStore(server.url);
  await openPartitions(store);
  appender = createAppender({
    store,
    crypto: nodeCrypto,
    newId: ids(),
    now: () => new Date(0),
    signer: actors.planner,
  });
  suspects = [];
  reader = createVerifiedReader({
    store,
    crypto: nodeCrypto,
    keyring: actors.keyring,
    onSuspect: (stream) => suspects.push(stream),
  });
});
afterEach(async () => {
  await store.close();
  redis.disconnect();
});

const keyOf = (stream: string) => keys.stream(partitionOf(stream), stream);
const refused = async (stream: string) => {
  await expect(reader.read([stream])).rejects.toMatchObject({ code: 'stream_suspect', retry: 'hold' });
  expect(suspects).toContain(stream);
};
/** The entries of a stream as they lie in Redis. */
const entries = (stream: string) => redis.xrange(keyOf(stream), '-', '+');

describe('whoever can write Redis', () => {
  it('E3: writes an event without a signature, then nobody acts on the stream', async () => {
    await appender.append(request(run, 0, [cancel()]));
    await redis.xadd(keyOf(run), '2-0', 'v', '{"type":"run.completed","seq":2}');
    await refused(run);
  });

  it.each([
    ['a field that is no segment', ['v', 'x']],
    ['another field', ['w', '']],
    ['many lines', ['v', '\n'.repeat(1_000)]],
  ])('E3: writes %s, then the stream is held', async (_what, fields) => {
    await redis.xadd(keyOf(run), '1-0', ...fields);
    await refused(run);
  });

  it('E3: copies a genuine segment into another stream, then that one is held', async () => {
    await appender.append(request(op('a'), 0, [skip('a')]));
    const [[, fields] = ['', []]] = await entries(op('a'));
    await redis.xadd(keyOf(op('b')), '1-0', ...fields);
    await refused(op('b'));
    expect((await reader.read([op('a')]))[0]?.lastSeq).toBe(1);
  });

  it('E1: takes a segment out of the middle, then the gap holds the stream', async () => {
    for (let seq = 0; seq < 3; seq += 1) await appender.append(request(run, seq, [cancel()]));
    await redis.xdel(keyOf(run), '2-0');
    await refused(run);
  });

  it('E1: puts a genuine segment at another seq, then it is held', async () => {
    await appender.append(request(run, 0, [cancel()]));
    const [[, fields] = ['', []]] = await entries(run);
    await redis.xadd(keyOf(run), '2-0', ...fields);
    await refused(run);
  });

  it('writes a ruler’s id far ahead, then appends conflict, and no other stream suffers', async () => {
    await redis.xadd(keyOf(run), '9007199254740993-7', 'v', 'x');
    const outcomes = await Promise.allSettled([
      appender.append(request(run, 0, [cancel()])),
      appender.append(request(op('a'), 0, [skip('a')])),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('puts something else where a stream should be, then its append fails, and the others of its group stand', async () => {
    await redis.set(keyOf(run), 'not a stream');
    const outcomes = await Promise.allSettled([
      appender.append(request(op('a'), 0, [skip('a')])),
      appender.append(request(run, 0, [cancel()])),
      appender.append(request(op('b'), 0, [skip('b')])),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'store_unavailable', retry: 'transient' } });
    expect((await reader.read([op('a'), op('b')])).map(({ lastSeq }) => lastSeq)).toEqual([1, 1]);
  });

  it('announces what is no list, then listeners go on and hear the next', async () => {
    const heard = new Promise<readonly string[]>((resolve) => {
      void store
        .onAcknowledged((streams) => {
          if (streams.length > 0) resolve(streams);
        })
        .then(async () => {
          for (const message of ['{', '', '7', 'null', '[1,null,{}]'])
            await redis.publish('mo:acknowledged', message);
          await store.announceAcknowledged([run]);
        });
    });
    expect(await heard).toEqual([run]);
  });

  it('writes relay entries that are no jobs, then the genuine ones are still found', async () => {
    const jobs = [{ queue: '{q}', name: 'x', data: {} }];
    const { relayId, partition } = await appender.append(request(run, 0, [cancel()], { jobs }));
    await redis.hset(keys.relay(partition), 'a', '{', 'b', '"jobs"');
    expect(await store.relayPending(partition, 10)).toEqual([{ id: relayId, jobs }]);
  });

  it('takes away the control key, then nothing can be appended', async () => {
    await redis.del(keys.control(partitionOf(run)));
    await expect(appender.append(request(op('a'), 0, [skip('a')]))).rejects.toMatchObject({
      code: 'partition_closed',
    });
  });
});

describe('Redis forgets its scripts', () => {
  it('given the script cache is emptied, then a whole group still stands, each append once', async () => {
    await appender.append(request(run, 0, [cancel()]));
    await redis.script('FLUSH');
    await Promise.all(['a', 'b', 'c'].map((id) => appender.append(request(op(id), 0, [skip(id)]))));
    await appender.append(request(run, 1, [cancel()]));
    expect((await reader.read([op('a'), op('b'), op('c'), run])).map(({ lastSeq }) => lastSeq)).toEqual([
      1, 1, 1, 2,
    ]);
  });
});
