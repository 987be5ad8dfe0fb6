import { rm } from 'node:fs/promises';
import { type EventDraft, operationStream, runStream } from '@marketops/contracts';
import { newUlid, systemClock } from '@marketops/engine';
import { type ProvidedRedis, testRedis } from '@marketops/local';
import {
  acknowledgementKey,
  connectRedis,
  type EventStore,
  openRedisStore,
  orderRebuild,
  partitionOf,
  RunRetiredError,
  readRebuildReport,
  streamKey,
} from '@marketops/store';
import { verifyJournal } from '@marketops/verifier/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningLedger, startLedger } from '../start.js';
import { createWorld, type TestEngine, testRunId, type World } from '../testing/world.js';

const dayMs = 86_400_000;
const [run, other] = [testRunId(1), testRunId(2)];
const [stream, op] = [runStream(run), operationStream(run, 'a')];

let redis: ProvidedRedis;
let admin: ReturnType<typeof connectRedis>;
let store: EventStore;
let world: World;
let engine: TestEngine;
let ledgers: RunningLedger[] = [];
/** How far the ledger's clock is ahead of the events. */
let aheadMs = 0;

const start = async () => {
  const clock = { ...systemClock, nowMs: () => Date.now() + aheadMs };
  engine = world.engine({ clock });
  const ledger = await startLedger(engine, { tuning: { blockMs: 20 }, onFatal: () => undefined });
  ledgers.push(ledger);
  return ledger;
};
const restart = async () => {
  await ledgers.at(-1)?.stop();
  return start();
};
const requestDigest = 'c'.repeat(64);
const requested: EventDraft = {
  type: 'plan.requested',
  data: {
    principal: 'local',
    idempotency_key: 'key',
    request_digest: requestDigest,
    request: { blob: `sha256:${'0'.repeat(64)}` },
  },
};
const counts = { succeeded: 0, failed: 0, blocked: 1, skipped: 0, uncertain: 0 };
const completed: EventDraft = { type: 'run.completed', data: { status: 'blocked', ...counts } };
/** A dry run from its request to its end: five events in two streams. */
const completeRun = async (runId: string) => {
  await world.append('planner', runStream(runId), 0, [requested]);
  await world.appendBlocked(runId, 'a', 0, 3);
  await world.append('planner', runStream(runId), 1, [completed]);
};
const keysOf = async (runId: string) => {
  const found: string[] = [];
  for (const key of await admin.keys('mo:*')) {
    if (!key.includes(runId)) continue;
    // Words leave by becoming empty, and gone a millisecond later.
    const isLeaving = key.includes(':ack:') && ((await admin.get(key)) ?? '') === '';
    if (!isLeaving) found.push(key);
  }
  return found;
};
const tombstoneOf = async (runId: string) => (await store.readTombstones([runId]))[0];
const retire = () => engine.tick('retire');
const fault = (reading: Promise<unknown>) =>
  reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
const verified = () => verifyJournal({ dir: world.paths.journal, keyring: world.loaded.keyring });

beforeAll(async () => {
  redis = await testRedis();
  admin = connectRedis(redis.url);
});
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});
beforeEach(async () => {
  await admin.flushall();
  aheadMs = 0;
  ledgers = [];
  store = openRedisStore(redis.url);
  world = await createWorld({ store });
  const ledger = await start();
  await completeRun(run);
  await world.appendBlocked(other, 'a', 0);
  await ledger.settledThrough(7);
});
afterEach(async () => {
  for (const ledger of ledgers) await ledger.stop();
  await world.close();
  await store.close();
});

describe('a run that has ended', () => {
  test('stays for its time, then leaves; what is left is one small key with a time of its own', async () => {
    await retire();
    aheadMs = 7 * dayMs - 60_000;
    await retire();
    expect(await store.lastSeqs([stream, op])).toEqual([2, 3]);

    aheadMs = 7 * dayMs + 60_000;
    // Looked at before, and not to be looked at again until its time has come.
    await retire();

    expect(await keysOf(run)).toEqual([expect.stringMatching(/^mo:\{p\d\d\}:retired:run_/)]);
    expect(JSON.parse((await tombstoneOf(run)) ?? '')).toMatchObject({
      request: requestDigest,
      by: 'local',
      tenant: 'acme',
      status: 'blocked',
      seq: 2,
    });
    const [key = ''] = await keysOf(run);
    expect(await admin.pttl(key)).toBeGreaterThan(29 * dayMs);
    await expect.poll(() => admin.get(acknowledgementKey(stream))).toBeNull();
    // The other has not ended.
    expect(await store.lastSeqs([operationStream(other, 'a')])).toEqual([1]);
    expect(engine.probe('ledger')).toMatchObject({ retired_runs: 1 });
  });

  test('leaves though another began in the future, by a clock that was wrong', async () => {
    const wrong = testRunId(0);
    await ledgers.at(-1)?.stop();
    await world.close();
    await store.close();
    await admin.flushall();
    store = openRedisStore(redis.url);
    world = await createWorld({ store });
    const ledger = await start();
    const inTenYears = new Date(Date.now() + 3_650 * dayMs).toISOString();
    await world.appendSigned('planner', runStream(wrong), 1, [
      {
        ...{ id: newUlid(), stream: runStream(wrong), seq: 1, ...requested, version: 1 },
        ...{ tenant_id: 'acme', run_id: wrong, mode: 'dry_run', actor: 'planner', time: inTenYears },
        ...{ causation_id: null, correlation_id: null },
      },
    ]);
    await ledger.settledThrough(2);
    expect(engine.probe('ledger')).toMatchObject({ quarantined: 0 });
    await completeRun(run);
    await ledger.settledThrough(7);
    aheadMs = 8 * dayMs;
    await retire();
    expect(await store.lastSeqs([stream, op])).toEqual([0, 0]);
  });

  test('stays as long as anything was appended to it that the ledger has not taken', async () => {
    aheadMs = 8 * dayMs;
    const value = world.signed('planner', stream, 3, [{}]);
    await admin.xadd(streamKey(stream), '3-0', 'v', value);
    await retire();
    expect(await store.lastSeqs([stream, op])).toEqual([3, 3]);
  });

  test('is told to whoever looks for it or appends to it, and nothing begins under its name', async () => {
    aheadMs = 8 * dayMs;
    await retire();
    const { reader } = world.engine();
    for (const reading of [reader.read([stream]), reader.read([op]), reader.readAfter(stream, 0)])
      expect(await fault(reading)).toBeInstanceOf(RunRetiredError);
    expect(await fault(world.append('planner', stream, 0, [requested]))).toMatchObject({
      code: 'run_retired',
      retired: { runId: run, status: 'blocked', requestDigest },
    });
    expect(await fault(world.appendBlocked(run, 'another', 0))).toMatchObject({ code: 'run_retired' });
    expect(await fault(world.appendBlocked(run, 'a', 3))).toMatchObject({ code: 'append_conflict' });
    expect(await keysOf(run)).toHaveLength(1);
  });
});

describe('L2: a run that has left is neither lost nor put back', () => {
  beforeEach(async () => {
    aheadMs = 8 * dayMs;
    await retire();
  });
  const epochs = async () => [...new Set((await store.readControl([0, 7, 63])).map((one) => one?.epoch))];

  test('a restart changes nothing', async () => {
    await restart();
    expect([await store.lastSeqs([stream]), await epochs()]).toEqual([[0], [1]]);
    expect(await tombstoneOf(run)).not.toBeNull();
  });

  test('with the index lost, the tombstone tells it; with that gone too, its end and its age', async () => {
    for (const forget of [() => Promise.resolve(), async () => admin.del(...(await keysOf(run)))]) {
      await ledgers.at(-1)?.stop();
      await rm(world.paths.index, { recursive: true });
      await forget();
      await start();
      expect([await store.lastSeqs([stream, op]), await epochs()]).toEqual([[0, 0], [1]]);
      expect(engine.probe('ledger')).toMatchObject({ retired_runs: 1 });
      expect(await tombstoneOf(run)).not.toBeNull();
    }
  });

  test('an empty Redis gets its tombstone back, and the streams of the others', async () => {
    const before = await tombstoneOf(run);
    await ledgers.at(-1)?.stop();
    await admin.flushall();
    // Which Redis that is nobody knows before a person says so: nothing is written into it.
    await start();
    expect(await keysOf(run)).toEqual([]);
    await ledgers.at(-1)?.stop();
    await orderRebuild(world.paths.root, { id: 'order-1', ordered_at: new Date().toISOString() });
    await start();
    expect(await readRebuildReport(world.paths.root)).toMatchObject({ state: 'done', streams: 2 });
    expect(await store.lastSeqs([stream, op, operationStream(other, 'a')])).toEqual([0, 0, 1]);
    expect(await tombstoneOf(run)).toBe(before);
  });

  test('an old copy of Redis that brings it back has it put away again', async () => {
    await admin.xadd(streamKey(stream), '1-0', 'v', 'whatever stood there');
    await admin.del(...(await keysOf(run)).filter((key) => key.includes('retired')));
    await restart();
    expect([await store.lastSeqs([stream]), await epochs()]).toEqual([[0], [1]]);
    expect(await tombstoneOf(run)).not.toBeNull();
  });

  test('a forged tombstone takes nothing out that has not ended', async () => {
    const forged = await tombstoneOf(run);
    const partition = String(partitionOf(other)).padStart(2, '0');
    await admin.set(`mo:{p${partition}}:retired:${other}`, forged ?? '');
    await admin.del(streamKey(operationStream(other, 'a')));
    await restart();
    expect(await store.lastSeqs([operationStream(other, 'a')])).toEqual([1]);
    expect(engine.probe('ledger')).toMatchObject({ retired_runs: 1 });
  });
});

describe('X2: the same key when the tombstone is gone', () => {
  test('what is begun again is taken out, never journaled or acknowledged, and the tombstone stands again', async () => {
    aheadMs = 8 * dayMs;
    await retire();
    await admin.del(...(await keysOf(run)));
    const ledger = ledgers.at(-1);
    const before = ledger?.settled();

    // As a planner would that finds nothing: another plan, with an operation that the ledger has never heard of.
    await world.append('planner', stream, 0, [requested]);
    await world.appendBlocked(run, 'new', 0).catch(() => undefined);
    await world.appendBlocked(other, 'a', 1);
    await ledger?.settledThrough((before?.sequence ?? 0) + 1);

    expect(await keysOf(run)).toEqual([expect.stringContaining('retired')]);
    expect(ledger?.settled().sequence).toBe((before?.sequence ?? 0) + 1);
    expect(engine.probe('ledger')).toMatchObject({ quarantined: 0 });
    await ledger?.stop();
    expect(await verified()).toMatchObject({ ok: true, events: { 'plan.requested': 1 } });
    // It does so whenever, also where it was killed before it could.
    await admin.del(...(await keysOf(run)));
    await admin.xadd(streamKey(stream), '1-0', 'v', 'left over');
    await start();
    expect(await keysOf(run)).toEqual([expect.stringContaining('retired')]);
  });
});
