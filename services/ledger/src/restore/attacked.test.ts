import { mkdir, rm } from 'node:fs/promises';
import { operationStream, systemStream } from '@marketops/contracts';
import { commandBy, testKeys } from '@marketops/engine/testing';
import { testRedis } from '@marketops/local';
import {
  connectRedis,
  type EventStore,
  openRedisStore,
  orderRebuild,
  partitionOf,
  partitionTag,
  readRebuildOrder,
  streamKey,
} from '@marketops/store';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningLedger, startLedger } from '../start.js';
import { createWorld, rawEvent, testRunId, type World } from '../testing/world.js';

let redis: Awaited<ReturnType<typeof testRedis>>;
let admin: ReturnType<typeof connectRedis>;
let store: EventStore;
let world: World;
const others: World[] = [];
const ledgers: RunningLedger[] = [];

const run = testRunId(1);
const stream = operationStream(run, 'a');
const order = { id: 'order-1', ordered_at: '2026-03-01T00:00:00.000Z' };
const keyOf = (partition: number, name: string) => `mo:${partitionTag(partition)}:${name}`;
const control = (partition: number) => keyOf(partition, 'ctl');
const outbox = keyOf(partitionOf(stream), 'outbox');
const controls = () => store.readControl(Array.from({ length: 64 }, (_, at) => at));
const states = async () => [...new Set((await controls()).map((one) => one?.state ?? 'missing'))];
const epochs = async () => [...new Set((await controls()).map((one) => one?.epoch))];
const contents = async (name = stream) =>
  ((await store.read([{ stream: name }]))[0] ?? []).map(({ lastSeq, value }) => [lastSeq, value]);

const start = async (of = world, through?: EventStore) => {
  const engine = of.engine(through === undefined ? {} : { store: through });
  const ledger = await startLedger(engine, { tuning: { blockMs: 20 }, onFatal: () => undefined });
  ledgers.push(ledger);
  return { engine, ledger };
};
const stopAll = async () => {
  for (const ledger of ledgers.splice(0)) await ledger.stop();
};
const quarantined = async (): Promise<string[]> => {
  const rows = await store.read([{ stream: systemStream }]);
  return (rows[0] ?? []).flatMap(({ value }) =>
    [...value.matchAll(/"reason":"([^"]*)","seq":\d+,"stream":"op\//g)].map((match) => match[1] ?? ''),
  );
};

beforeAll(async () => {
  redis = await testRedis({ durable: false });
  admin = connectRedis(redis.url);
  store = openRedisStore(redis.url);
}, 60_000);
afterAll(async () => {
  admin.disconnect();
  await store.close();
  await redis.stop();
});
beforeEach(async () => {
  await admin.flushall();
  world = await createWorld({ store });
  const { engine, ledger } = await start();
  await world.appendBlocked(run, 'a', 0, 2);
  await ledger.settledThrough(3);
  await engine.tick('identity');
  await stopAll();
});
afterEach(async () => {
  await stopAll();
  for (const one of [world, ...others.splice(0)]) await one.close();
});

describe('L2: the Redis of another system', () => {
  const everything = async () => {
    const keys = (await admin.keys('*')).sort();
    return Promise.all(keys.map(async (key) => [key, (await admin.dumpBuffer(key))?.toString('base64')]));
  };

  test('is not written to by a ledger that was given its address, ordered or not', async () => {
    const wrong = await createWorld({ store });
    others.push(wrong);
    await admin.flushall();
    const { engine, ledger } = await start(wrong);
    await ledger.settledThrough(1);
    await engine.tick('identity');
    await stopAll();
    const theirs = await everything();

    await expect(start()).rejects.toMatchObject({ code: 'wrong_redis' });
    await orderRebuild(world.paths.root, order);
    await expect(start()).rejects.toMatchObject({ code: 'wrong_redis' });

    expect(await everything()).toEqual(theirs);
    await start(wrong);
  });

  test('while it runs, an exchange for it ends the ledger before a key is changed', async () => {
    const { engine, ledger } = await start();
    await admin.hset(control(7), 'ledger', 'another/log#1');
    const before = await controls();
    await admin.del(control(8));
    await expect(engine.tick('identity').then(() => ledger.ended)).resolves.toMatchObject({
      code: 'wrong_redis',
    });
    expect(await controls()).toEqual(before.with(8, null));
  });

  test('a Redis that nobody has named is named by the next look', async () => {
    for (let partition = 0; partition < 64; partition += 1) await admin.hdel(control(partition), 'ledger');
    await start();
    expect(new Set((await controls()).map((one) => one?.ledger))).toEqual(
      new Set([expect.stringMatching(/^ledger\.test\/log#[0-9a-f]{64}$/)]),
    );
  });
});

describe('R1 L2: what was decided in an epoch that is over', () => {
  const intoNextEpoch = async () => {
    await admin.flushall();
    await orderRebuild(world.paths.root, order);
    const started = await start();
    expect(await epochs()).toEqual([2]);
    return started;
  };
  const oldSegment = () => world.signed('planner', stream, 3, [rawEvent('planner', stream, 3)]);

  test.each(['with its outbox entry', 'without one, before a rightful append'])(
    'and is written into the store by hand, %s, is not journaled',
    async (how) => {
      const { ledger } = await intoNextEpoch();
      const old = oldSegment();
      await admin.xadd(streamKey(stream), '3-0', 'v', old);
      if (how.startsWith('with its')) await admin.xadd(outbox, '*', stream, old);
      else {
        await world.appendBlocked(run, 'a', 3).catch(() => undefined);
        await world.appendBlocked(run, 'a', 3);
      }
      // epoch.opened twice, two events, and what is said of the quarantine.
      await ledger.settledThrough(5);
      expect(await quarantined()).toEqual([
        'seq 3 was decided in epoch 1 and came after a later one had been opened',
      ]);
      await stopAll();
      const { ledger: again } = await start();
      expect(again.settled().sequence).toBe(5);
    },
  );

  test('stays out after a restart, and after another epoch', async () => {
    await intoNextEpoch();
    await stopAll();
    const old = oldSegment();
    await admin.xadd(streamKey(stream), '3-0', 'v', old);
    await admin.xadd(outbox, '*', stream, old);
    await admin.del(control(partitionOf(stream)));
    const { ledger } = await start();
    expect(await epochs()).toEqual([3]);
    await ledger.settledThrough(6);
    expect(await contents()).toHaveLength(1);
    expect(await quarantined()).toHaveLength(1);
  });

  test('what waited in the outbox when it ended is taken', async () => {
    await world.appendBlocked(run, 'a', 2);
    await admin.del(control((partitionOf(stream) + 1) % 64));
    const { ledger } = await start();
    expect(await epochs()).toEqual([2]);
    await ledger.settledThrough(5);
    expect(await contents()).toHaveLength(2);
    expect(await quarantined()).toEqual([]);
  });

  test('no number is used twice, though a repair was killed before it was said', async () => {
    await admin.del(control(3));
    const dying = {
      ...store,
      writeControl: async (...args: Parameters<EventStore['writeControl']>) => {
        if (args[1].epoch === 2) throw new Error('killed');
        return store.writeControl(...args);
      },
    };
    await expect(start(world, dying)).rejects.toThrow('killed');
    await start();
    expect(await epochs()).toEqual([3]);
  });
});

describe('control keys that no ledger has written', () => {
  test.each([
    ['epoch', '9007199254740990'],
    ['epoch', '1000'],
    ['epoch', 'x'],
    ['term', '999999999999999'],
    ['term', 'x'],
  ])('%s %s is replaced, and the next epoch is the next', async (field, value) => {
    const { engine } = await start();
    await admin.hset(control(5), field, value);
    await engine.tick('identity');
    expect([await states(), await epochs()]).toEqual([['open'], [2]]);
    await stopAll();
    const { ledger } = await start();
    await world.appendBlocked(run, 'a', 2).catch(() => undefined);
    await world.appendBlocked(run, 'a', 2);
    await ledger.settledThrough(5);
  });

  test('one that is marked as waiting for a person does not hide what the others have lost', async () => {
    const [first] = await controls();
    const reason =
      'redis_lost_data: it holds nothing of this system; see what became of it, then marketops ledger rebuild';
    const marked = { epoch: 1, state: 'closed', reason, term: first?.term ?? 0 } as const;
    await store.writeControl((partitionOf(stream) + 1) % 64, marked);
    const before = await contents();
    await admin.del(streamKey(stream));
    await start();
    expect([await states(), await contents()]).toEqual([['open'], before]);
  });
});

describe('L2: what anybody may write into an outbox or a stream', () => {
  test('an entry that names a stream of another partition, or none, does not stop a repair', async () => {
    const before = await contents();
    await admin.xadd(outbox, '*', operationStream(testRunId(2), 'a'), 'junk');
    await admin.xadd(outbox, '*', 'no stream', 'junk');
    await admin.del(streamKey(stream));
    await start();
    expect([await states(), await contents()]).toEqual([['open'], before]);
  });

  test('junk before a rightful append does not cut that off', async () => {
    await admin.xadd(outbox, '*', stream, 'junk');
    await world.appendBlocked(run, 'a', 2);
    const before = await contents();
    await admin.del(control(partitionOf(stream)));
    const { ledger } = await start();
    await ledger.settledThrough(6);
    expect(await contents()).toEqual(before);
  });

  test('a stream whose end was deleted is written anew by the same repair', async () => {
    const { ledger } = await start();
    await world.appendBlocked(run, 'a', 2);
    await ledger.settledThrough(4);
    await stopAll();
    const before = await contents();
    await admin.xdel(streamKey(stream), '3-0');
    await start();
    expect([await states(), await contents()]).toEqual([['open'], before]);
  });

  test('junk behind the end of system does not keep the ledger from starting', async () => {
    await admin.xadd(streamKey(systemStream), '2-0', 'v', 'junk');
    await start();
    expect(await epochs()).toEqual([1]);
  });

  test('O1: junk in place of a freeze does not take it away', async () => {
    const { ledger } = await start();
    const scopes = ['tenant:acme'];
    const command = commandBy(testKeys(), 'alice', { kind: 'freeze', scopes }, Date.now());
    const data = { scopes, principal: 'alice', reason: 'incident', command };
    await world.append('console', systemStream, 1, [{ type: 'system.frozen', data }]);
    await ledger.settledThrough(4);
    await stopAll();
    const [first] = await contents(systemStream);
    await admin.del(streamKey(systemStream));
    await admin.xadd(streamKey(systemStream), '1-0', 'v', String(first?.[1]));
    await admin.xadd(streamKey(systemStream), '2-0', 'v', 'junk');
    await admin.del(control(3));
    await start();
    for (const one of await controls()) expect([...(one?.frozen.keys() ?? [])]).toEqual(scopes);
  });
});

describe('orders', () => {
  test('a report that cannot be written does not stop the repair', async () => {
    await admin.flushall();
    await mkdir(`${world.paths.root}/rebuild-report.json`);
    await orderRebuild(world.paths.root, order);
    await start();
    expect([await states(), await epochs()]).toEqual([['open'], [2]]);
    await rm(`${world.paths.root}/rebuild-report.json`, { recursive: true });
  });

  test('an order that was given while another was carried out stands', async () => {
    await admin.flushall();
    await orderRebuild(world.paths.root, order);
    const next = { ...order, id: 'order-2' };
    const slow = {
      ...store,
      restore: async (...args: Parameters<EventStore['restore']>) => {
        await orderRebuild(world.paths.root, next);
        return store.restore(...args);
      },
    };
    await start(world, slow);
    expect(await readRebuildOrder(world.paths.root)).toEqual(next);
  });
});
