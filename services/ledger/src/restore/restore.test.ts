import { operationStream, systemStream } from '@marketops/contracts';
import { createLog, type Engine, newUlid, openAcknowledgements } from '@marketops/engine';
import { commandBy, testKeys } from '@marketops/engine/testing';
import { nodeCrypto } from '@marketops/proof/node';
import {
  type EventStore,
  openMemoryStore,
  orderRebuild,
  partitionOf,
  readRebuildOrder,
  readRebuildReport,
  StoreError,
} from '@marketops/store';
import { verifyJournal } from '@marketops/verifier/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningLedger, startLedger } from '../start.js';
import { type ExchangeableStore, exchangeableStore, setBack } from '../testing/exchangeable-store.js';
import { awaitedEvent, blocked, createWorld, testRunId, type World } from '../testing/world.js';

let world: World;
let redis: ExchangeableStore;
let ledgers: RunningLedger[] = [];

const start = async (overrides: Partial<Engine> = {}) => {
  const engine = world.engine(overrides);
  const ledger = await startLedger(engine, { tuning: { blockMs: 20 }, onFatal: () => undefined });
  ledgers.push(ledger);
  return { engine, ledger };
};
const controls = () => world.store.readControl(Array.from({ length: 64 }, (_, at) => at));
const states = async () => (await controls()).map((control) => control?.state ?? 'missing');
const epochs = async () => [...new Set((await controls()).map((control) => control?.epoch))];
const stoodIn = async (streams: readonly string[], store: EventStore = redis.current) =>
  (await store.read(streams.map((stream) => ({ stream })))).map((segments) =>
    segments.map(({ firstSeq, lastSeq, value }) => [firstSeq, lastSeq, value]),
  );
const reasons = async () => {
  const [system] = await world.engine().reader.read([systemStream]);
  return (system?.events ?? []).flatMap((event) =>
    event.type === 'epoch.opened' ? [[event.data.epoch, event.data.reason]] : [],
  );
};
/** As any service does: told once that the epoch has changed, it asks which it is. */
const appendBlocked = async (runId: string, afterSeq: number) => {
  try {
    return await world.appendBlocked(runId, 'a', afterSeq);
  } catch (fault) {
    if (!(fault instanceof StoreError) || fault.code !== 'epoch_changed') throw fault;
    return world.appendBlocked(runId, 'a', afterSeq);
  }
};
async function isAcknowledged(stream: string, seq: number, timeoutMs = 0): Promise<boolean> {
  const { keyring, reader } = world.engine();
  const options = { store: world.store, crypto: nodeCrypto, keyring, reader, onForged: () => undefined };
  const acknowledgements = await openAcknowledgements(options);
  const answer = await acknowledgements.waitFor(
    stream,
    await awaitedEvent(world.store, stream, seq),
    timeoutMs,
  );
  await acknowledgements.close();
  return answer;
}

const [run, other] = [testRunId(1), testRunId(4)];
const [stream, otherStream] = [operationStream(run, 'a'), operationStream(other, 'a')];
const order = { id: 'order-1', ordered_at: '2026-03-01T00:00:00.000Z' };

beforeEach(async () => {
  redis = exchangeableStore();
  ledgers = [];
  world = await createWorld({ store: redis.store });
  const { ledger } = await start();
  await world.appendBlocked(run, 'a', 0);
  await world.appendBlocked(run, 'a', 1);
  await world.appendBlocked(other, 'a', 0);
  await ledger.settledThrough(4);
  await ledger.stop();
});
afterEach(async () => {
  for (const ledger of ledgers) await ledger.stop();
  await world.close();
});

describe('L2: a Redis that is behind', () => {
  test('is put back byte for byte, with the ledger’s word on it, and a new epoch begins', async () => {
    const whole = await stoodIn([stream, otherStream]);
    redis.exchange(await setBack(redis.current, { [systemStream]: 1, [stream]: 1, [otherStream]: 1 }));

    const { engine, ledger } = await start();

    expect(await stoodIn([stream, otherStream])).toEqual(whole);
    expect([new Set(await states()), await epochs()]).toEqual([new Set(['open']), [2]]);
    expect(engine.probe('ledger')).toMatchObject({ epoch: 2, closed_partitions_count: 0 });
    expect(await isAcknowledged(stream, 2)).toBe(true);
    expect(await reasons()).toEqual([
      [1, 'the journal is empty'],
      [2, expect.stringContaining(`${stream} ends at seq 1, the ledger has seq 2`)],
    ]);
    await appendBlocked(run, 2);
    await ledger.settledThrough(6);
    expect(await isAcknowledged(stream, 3)).toBe(true);
  });

  test('E1: what was appended to it before the ledger saw it is cut off, and what was decided with it; the rest is taken', async () => {
    const whole = await stoodIn([stream]);
    const { ledger } = await start();
    const behind = await setBack(redis.current, { [systemStream]: 1, [stream]: 1, [otherStream]: 1 });
    // Appends as of services that know nothing: two on the stream that lost its seq 2, of which the second would follow
    // what the ledger has; and one that follows what stands.
    const put = (name: string, seq: number) => {
      const value = world.signed('planner', name, seq, [eventOf(name, seq)]);
      const segments = [{ stream: name, firstSeq: seq, lastSeq: seq, value }];
      return behind.append([{ partition: partitionOf(name), epoch: 1, segments, scopes: [] }]);
    };
    await put(stream, 2);
    await put(stream, 3);
    await put(otherStream, 2);
    redis.exchange(behind);

    await ledger.settledThrough(8);

    expect(await stoodIn([stream])).toEqual(whole);
    expect((await reasons()).at(-1)).toEqual([2, expect.stringContaining('2 appends cut off')]);
    expect(await isAcknowledged(otherStream, 2, 5_000)).toBe(true);
    await ledger.stop();
    const report = await verifyJournal({ dir: world.paths.journal, keyring: world.loaded.keyring });
    expect(report).toMatchObject({
      ok: true,
      events: { 'epoch.opened': 2, 'operation.blocked': 4, 'stream.quarantined': 2 },
    });
  });

  test('a deleted control key closes its partition at once and is mended by the next look', async () => {
    const { engine } = await start();
    const lost = partitionOf(operationStream(run, 'b'));
    redis.current = await setBack(redis.current, { [systemStream]: 1, [stream]: 2, [otherStream]: 1 }, [
      lost,
    ]);
    await expect(world.appendBlocked(run, 'b', 0)).rejects.toMatchObject({ code: 'partition_closed' });

    await engine.tick('identity');

    expect([new Set(await states()), await epochs()]).toEqual([new Set(['open']), [2]]);
    expect((await reasons()).at(-1)?.[1]).toContain('the control key is missing');
  });

  test('a restart without loss opens no new epoch', async () => {
    const { ledger } = await start();
    redis.exchange(redis.current);
    await world.appendBlocked(run, 'a', 2);
    await ledger.settledThrough(5);
    expect(await epochs()).toEqual([1]);
  });

  test('killed when all was open again, the next start says the epoch', async () => {
    for (let partition = 0; partition < 64; partition += 1)
      await redis.current.writeControl(partition, { epoch: 2, state: 'open', reason: '', term: 1 });
    const { ledger } = await start();
    await ledger.settledThrough(5);
    expect((await reasons()).at(-1)).toEqual([2, expect.stringContaining('interrupted')]);
    await ledger.stop();
    await start();
    expect(await reasons()).toHaveLength(2);
  });

  test('a partition that somebody has closed stays closed, its data put back', async () => {
    const whole = await stoodIn([stream]);
    redis.exchange(await setBack(redis.current, { [systemStream]: 1, [stream]: 1, [otherStream]: 1 }));
    const byHand = { epoch: 1, state: 'closed', reason: 'an operator is looking', term: 1 } as const;
    await redis.current.writeControl(partitionOf(stream), byHand);

    const { engine } = await start();

    expect(await stoodIn([stream])).toEqual(whole);
    expect(engine.probe('ledger')).toMatchObject({
      closed_partitions: { [partitionOf(stream)]: 'an operator is looking' },
    });
  });

  test('O1: a freeze that the control keys have lost stands again before anything is open', async () => {
    await start();
    const before = redis.current;
    const scopes = ['tenant:acme'];
    const command = commandBy(testKeys(), 'alice', { kind: 'freeze', scopes }, Date.now());
    const data = { scopes, principal: 'alice', reason: 'incident', command };
    await world.append('console', systemStream, 1, [{ type: 'system.frozen', data }]);
    await ledgers.at(-1)?.settledThrough(5);
    await ledgers.at(-1)?.stop();
    redis.exchange(await setBack(before, { [systemStream]: 1, [stream]: 2, [otherStream]: 1 }));

    await start();

    for (const control of await controls()) expect([...(control?.frozen.keys() ?? [])]).toEqual(scopes);
  });

  test('killed in the middle, the next start puts back the rest', async () => {
    const whole = await stoodIn([stream, otherStream]);
    redis.exchange(await setBack(redis.current, { [systemStream]: 1 }));
    const { restore } = redis.current;
    let calls = 0;
    redis.current.restore = async (restorations) => {
      calls += 1;
      if (calls > 1) throw new Error('killed');
      return restore(restorations.slice(0, 1)).then((done) => [
        ...done,
        ...restorations.slice(1).map(() => 'moved' as const),
      ]);
    };
    await expect(start()).rejects.toThrow('killed');
    expect(await states()).toContain('closed');

    redis.current.restore = restore;
    await start();
    expect(await stoodIn([stream, otherStream])).toEqual(whole);
    expect(new Set(await states())).toEqual(new Set(['open']));
  });
});

describe('L2: a Redis that holds nothing', () => {
  test('stays closed, and says what to do, until a person orders a rebuild', async () => {
    const whole = await stoodIn([stream, otherStream]);
    redis.exchange(openMemoryStore());
    const { engine } = await start();
    expect(new Set(await states())).toEqual(new Set(['closed']));
    expect(engine.probe('ledger')).toMatchObject({
      closed_partitions: { 0: expect.stringContaining('marketops ledger rebuild') },
    });
    await engine.tick('identity');
    expect(await stoodIn([stream, otherStream])).toEqual([[], []]);

    await orderRebuild(world.paths.root, order);
    await engine.tick('rebuild');

    expect(await stoodIn([stream, otherStream])).toEqual(whole);
    expect([new Set(await states()), await epochs()]).toEqual([new Set(['open']), [2]]);
    expect(await isAcknowledged(otherStream, 1)).toBe(true);
    expect(await readRebuildOrder(world.paths.root)).toBeUndefined();
    expect(await readRebuildReport(world.paths.root)).toMatchObject({
      ...{ order_id: order.id, state: 'done', epoch: 2, partitions: 64, streams: 3, events: 4, cut: 0 },
    });
  });

  test('while it runs, FLUSHALL closes every partition, though the identity is the same', async () => {
    const { engine } = await start();
    redis.current = openMemoryStore();
    await engine.tick('identity');
    expect(new Set(await states())).toEqual(new Set(['closed']));
    expect(engine.probe('ledger')).toMatchObject({ closed_partitions_count: 64 });
  });

  test('an order that stands when the ledger starts is carried out before anything else', async () => {
    redis.exchange(openMemoryStore());
    await orderRebuild(world.paths.root, order);
    await start();
    expect([new Set(await states()), await epochs()]).toEqual([new Set(['open']), [2]]);
  });

  test('an epoch that begins again after another loss is higher than every one before it', async () => {
    for (const epoch of [2, 3]) {
      redis.exchange(openMemoryStore());
      await orderRebuild(world.paths.root, order);
      const { ledger } = await start();
      await ledger.settledThrough(3 + epoch);
      await ledger.stop();
      expect(await epochs()).toEqual([epoch]);
    }
  });
});

describe('L1: a rebuild that a person orders', () => {
  test('finds a stream that was changed under its length, which no other look does', async () => {
    const whole = await stoodIn([stream]);
    const changed = await setBack(redis.current, { [systemStream]: 1, [stream]: 1, [otherStream]: 1 });
    redis.exchange(changed);
    const value = world.signed('planner', stream, 2, [eventOf(stream, 2)]);
    const segment = { stream, firstSeq: 2, lastSeq: 2, value };
    await changed.append([{ partition: partitionOf(stream), epoch: 1, segments: [segment], scopes: [] }]);
    for (const { partition, id } of await changed.readOutbox(new Map(), { countMax: 9, blockMs: 1 }))
      await changed.acknowledge(partition, { term: 1_000, upTo: id, values: new Map() });
    const { engine } = await start();
    expect(await epochs()).toEqual([1]);

    await orderRebuild(world.paths.root, order);
    await engine.tick('rebuild');

    expect(await stoodIn([stream])).toEqual(whole);
    expect(await epochs()).toEqual([2]);
  });

  test('does nothing where nothing is wrong', async () => {
    const { engine } = await start();
    await orderRebuild(world.paths.root, order);
    await engine.tick('rebuild');
    expect(await epochs()).toEqual([1]);
    expect(await readRebuildReport(world.paths.root)).toMatchObject({
      state: 'done',
      partitions: 0,
      streams: 0,
    });
  });
});

test('L2: a journal older than its own word does not start: it would write another history', async () => {
  const { cp, rm } = await import('node:fs/promises');
  const copy = `${world.paths.root}-copy`;
  await cp(world.paths.root, copy, { recursive: true });
  const { ledger } = await start();
  await world.appendBlocked(run, 'a', 2);
  await ledger.settledThrough(5);
  await ledger.stop();
  await rm(world.paths.root, { recursive: true });
  await cp(copy, world.paths.root, { recursive: true });
  await expect(start({ log: createLog('ledger', 'silent') })).rejects.toMatchObject({
    code: 'ledger_behind',
    message: expect.stringContaining(stream),
  });
});

test('L2: a journal older than all that began in Redis since does not start either', async () => {
  const { cp, rm } = await import('node:fs/promises');
  const first = await start();
  await first.ledger.stop();
  const copy = `${world.paths.root}-copy`;
  await cp(world.paths.root, copy, { recursive: true });
  const { ledger } = await start();
  const before = ledger.settled().sequence;
  // Streams of which the copy knows nothing; what it does know has not moved.
  await world.appendBlocked(testRunId(77), 'a', 0);
  await ledger.settledThrough(before + 1);
  await ledger.stop();
  await rm(world.paths.root, { recursive: true });
  await cp(copy, world.paths.root, { recursive: true });
  await expect(start({ log: createLog('ledger', 'silent') })).rejects.toMatchObject({
    code: 'ledger_behind',
    message: `The ledger has acknowledged entry ${before + 1}, and its journal ends with entry ${before}.`,
  });
});

/** Another event than the one the ledger has at its place. */
const eventOf = (name: string, seq: number) => ({
  ...{ id: newUlid(), stream: name, seq, type: 'operation.blocked' },
  ...{ version: 1, tenant_id: 'acme', run_id: name.split('/')[1] ?? null, mode: 'dry_run', actor: 'planner' },
  ...{ time: new Date().toISOString(), causation_id: null, correlation_id: null, data: blocked('a').data },
});
