import { operationStream, systemStream } from '@marketops/contracts';
import { createLog, type Engine } from '@marketops/engine';
import { type EventStore, openMemoryStore, partitionOf } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningLedger, startLedger } from '../start.js';
import { createWorld, testRunId, type World } from '../testing/world.js';

let world: World;
/** What the ledger talks to; tests put another Redis behind it. */
let current: EventStore;
let identity = 'one';
let ledgers: RunningLedger[] = [];

/** A store whose inside can be exchanged under everybody, as after a restore. */
function exchangeable(): EventStore {
  const target = { ...openMemoryStore() };
  for (const name of Object.keys(target) as (keyof EventStore)[]) {
    Object.assign(target, {
      [name]: (...args: unknown[]) => (current[name] as (...args: unknown[]) => unknown)(...args),
    });
  }
  return { ...target, identity: () => Promise.resolve(identity) };
}

const start = async (overrides: Partial<Engine> = {}) => {
  const engine = world.engine(overrides);
  const ledger = await startLedger(engine, { tuning: { blockMs: 20 }, onFatal: () => undefined });
  ledgers.push(ledger);
  return { engine, ledger };
};
const states = async () => {
  const controls = await world.store.readControl(Array.from({ length: 64 }, (_, at) => at));
  return controls.map((control) => control?.state ?? 'missing');
};

const [run, other] = [testRunId(1), testRunId(4)];
const stream = operationStream(run, 'a');

beforeEach(async () => {
  current = openMemoryStore();
  identity = 'one';
  ledgers = [];
  world = await createWorld({ store: exchangeable() });
  const { ledger } = await start();
  await world.appendBlocked(run, 'a', 0, 2);
  await world.appendBlocked(other, 'a', 0);
  await ledger.settledThrough(4);
  await ledger.stop();
});
afterEach(async () => {
  for (const ledger of ledgers) await ledger.stop();
  await world.close();
});

/** A Redis that was set back: the same control keys but one perhaps, and streams that end earlier or are gone. */
async function setBack(seqs: Readonly<Record<string, number>>, without?: number): Promise<EventStore> {
  const restored = openMemoryStore();
  const before = current;
  for (let partition = 0; partition < 64; partition += 1) {
    const [control] = await before.readControl([partition]);
    if (partition === without || control === null || control === undefined) continue;
    await restored.writeControl(partition, control);
  }
  for (const [name, seq] of Object.entries(seqs)) {
    const [segments = []] = await before.read([{ stream: name }]);
    const kept = segments.filter(({ lastSeq }) => lastSeq <= seq);
    for (const segment of kept) {
      await restored.append([{ partition: partitionOf(name), epoch: 1, segments: [segment], scopes: [] }]);
    }
  }
  return restored;
}

describe('L2: Redis is compared with the journal', () => {
  test('at a start over an empty Redis every partition is closed, and says why', async () => {
    current = openMemoryStore();
    const { engine } = await start();
    expect(new Set(await states())).toEqual(new Set(['closed']));
    expect(engine.probe('ledger')).toMatchObject({
      closed_partitions: { 0: expect.stringContaining('redis_lost_data') },
    });
  });

  test('a stream that is behind closes its partition; the others are served', async () => {
    current = await setBack({ [systemStream]: 1, [operationStream(other, 'a')]: 1 });
    const { ledger } = await start();
    const closed = partitionOf(stream);
    expect(partitionOf(operationStream(other, 'a'))).not.toBe(closed);
    expect((await states()).filter((state) => state !== 'open')).toHaveLength(1);
    expect((await states())[closed]).toBe('closed');

    await world.appendBlocked(other, 'a', 1);
    await ledger.settledThrough(5);
    await expect(world.appendBlocked(run, 'b', 0)).rejects.toMatchObject({ code: 'partition_closed' });
  });

  test('a partition closed by the comparison is opened when the data is back; one closed by others is not', async () => {
    const whole = current;
    current = await setBack({ [systemStream]: 1, [operationStream(other, 'a')]: 1 });
    const first = await start();
    await first.ledger.stop();
    const byHand = { epoch: 1, state: 'closed', reason: 'an operator is looking', term: 1 } as const;
    await whole.writeControl(7, byHand);
    current = whole;

    const { engine } = await start();

    expect(
      (await states()).map((state, at) => [state, at] as const).filter(([state]) => state !== 'open'),
    ).toEqual([['closed', 7]]);
    expect(engine.probe('ledger')).toMatchObject({ closed_partitions: { 7: 'an operator is looking' } });
  });

  test('while it runs, another identity leads to a comparison, the same one does not', async () => {
    const { engine, ledger } = await start();
    await engine.tick('identity');
    expect(new Set(await states())).toEqual(new Set(['open']));

    current = await setBack({ [systemStream]: 1, [stream]: 2 });
    identity = 'two';
    await engine.tick('identity');

    expect((await states())[partitionOf(operationStream(other, 'a'))]).toBe('closed');
    await world.appendBlocked(run, 'a', 2);
    await ledger.settledThrough(5);
  });

  test('while it runs, FLUSHALL closes every partition, though the identity is the same', async () => {
    const { engine } = await start();
    current = openMemoryStore();
    await engine.tick('identity');
    expect(new Set(await states())).toEqual(new Set(['closed']));
    expect(engine.probe('ledger')).toMatchObject({ closed_partitions_count: 64 });
  });

  test('while it runs, a deleted control key closes its partition, is said, and is compared once', async () => {
    const warnings: unknown[] = [];
    const log = createLog('ledger', 'silent');
    log.warn = (...args: unknown[]) => void warnings.push(args[0]);
    const { engine } = await start({ log });
    const lost = partitionOf(operationStream(run, 'b'));
    current = await setBack({ [systemStream]: 1, [stream]: 2, [operationStream(other, 'a')]: 1 }, lost);

    await engine.tick('identity');
    await engine.tick('identity');

    expect((await states()).flatMap((state, at) => (state === 'open' ? [] : [[at, state]]))).toEqual([
      [lost, 'closed'],
    ]);
    expect(engine.probe('ledger')).toMatchObject({
      closed_partitions_count: 1,
      closed_partitions: { [lost]: expect.stringContaining('the control key is missing') },
    });
    expect(warnings).toEqual([{ missing: [lost] }]);
    await expect(world.appendBlocked(run, 'b', 0)).rejects.toMatchObject({ code: 'partition_closed' });
  });
});
