import { operationStream, systemStream } from '@marketops/contracts';
import { openAcknowledgements, queueNames } from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { type EventStore, type OutboxEntry, openMemoryStore, partitionOf } from '@marketops/store';
import { listJournal, verifyJournal } from '@marketops/verifier/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningLedger, startLedger } from './start.js';
import {
  awaitedEvent,
  createWorld,
  rawEvent,
  type TestEngine,
  testRunId,
  type World,
} from './testing/world.js';
import type { LedgerTuning } from './tuning.js';

let world: World;
let engine: TestEngine;
let ledger: RunningLedger;

const run = testRunId(1);
const stream = operationStream(run, 'a');
const verify = () => verifyJournal({ dir: world.paths.journal, keyring: world.loaded.keyring });

/** Whether the ledger's signed word for a stream has reached a seq. */
async function isAcknowledged(name: string, seq: number, timeoutMs = 0): Promise<boolean> {
  const forged: string[] = [];
  const acknowledgements = await openAcknowledgements({
    store: world.store,
    crypto: nodeCrypto,
    keyring: engine.keyring,
    reader: engine.reader,
    onForged: (which, why) => forged.push(`${which}: ${why}`),
  });
  const answer = await acknowledgements.waitFor(name, await awaitedEvent(world.store, name, seq), timeoutMs);
  await acknowledgements.close();
  expect(forged).toEqual([]);
  return answer;
}

const start = (on: TestEngine, tuning: Partial<LedgerTuning> = {}): Promise<RunningLedger> =>
  startLedger(on, { tuning: { blockMs: 20, ...tuning } });

const systemEvents = async () => (await engine.reader.read([systemStream]))[0]?.events ?? [];

async function begin(store: EventStore = openMemoryStore()): Promise<void> {
  world = await createWorld({ store });
  engine = world.engine();
  ledger = await start(engine);
  await ledger.settledThrough(1);
}

beforeEach(() => begin());
afterEach(async () => {
  await ledger.stop();
  await world.close();
});

describe('what is appended', () => {
  test('L2 X1: given an empty folder and an empty Redis, then epoch 1 is opened, journaled and acknowledged', async () => {
    expect(await systemEvents()).toMatchObject([
      { type: 'epoch.opened', seq: 1, data: { epoch: 1, term: 1 } },
    ]);
    expect(await isAcknowledged(systemStream, 1)).toBe(true);
    const controls = await world.store.readControl([0, 31, 63]);
    expect(controls).toMatchObject([{ epoch: 1, state: 'open' }, { state: 'open' }, { term: 1 }]);
  });

  test('L2 X1: when events are appended, then each is journaled once, in the order of its stream, and acknowledged', async () => {
    await world.appendBlocked(run, 'a', 0, 3);
    await world.appendBlocked(run, 'b', 0);
    await world.appendBlocked(run, 'a', 3, 2);
    await ledger.settledThrough(7);

    expect(await isAcknowledged(stream, 5)).toBe(true);
    expect(await isAcknowledged(stream, 6)).toBe(false);
    expect(await verify()).toMatchObject({
      ok: true,
      entries: 7,
      streams: 3,
      events: { 'epoch.opened': 1, 'operation.blocked': 6 },
      notes: [],
    });
    expect(await world.store.readOutbox(new Map(), { countMax: 10, blockMs: 1 })).toEqual([]);
  });

  test('E3: a correctly signed event of an unknown type is kept, and said to be unknown', async () => {
    await world.appendSigned('planner', stream, 1, [
      rawEvent('planner', stream, 1, { type: 'operation.dreamt' }),
    ]);
    await ledger.settledThrough(2);

    expect(await isAcknowledged(stream, 1)).toBe(true);
    expect(await verify()).toMatchObject({ ok: true, notes: [{ code: 'unknown_events' }] });
  });

  test('a torn down and restarted ledger takes a higher term and goes on in a file of its own', async () => {
    await world.appendBlocked(run, 'a', 0);
    await ledger.settledThrough(2);
    await ledger.stop();
    await world.appendBlocked(run, 'a', 1);

    ledger = await start(engine);
    await ledger.settledThrough(3);

    expect(ledger.term).toBe(2);
    expect(
      (await listJournal(world.paths.journal)).map(({ term, firstSequence }) => [term, firstSequence]),
    ).toEqual([
      [1, 1],
      [2, 3],
    ]);
    expect(await verify()).toMatchObject({ ok: true, entries: 3, terms: [{ term: 1 }, { term: 2 }] });
  });

  test('given a small limit on files, then one term writes several, and they verify as one', async () => {
    await ledger.stop();
    ledger = await start(engine, { fileBytesMax: 2_000 });
    for (let seq = 0; seq < 8; seq += 1) {
      await world.appendBlocked(run, 'a', seq);
      await ledger.settledThrough(2 + seq);
    }

    const files = await listJournal(world.paths.journal);
    expect(files.length).toBeGreaterThan(3);
    expect(await verify()).toMatchObject({ ok: true, entries: 9 });
  });
});

describe('what must not be taken twice', () => {
  test('L2 E1: given a crash between fdatasync and acknowledgement, then the next start acknowledges and journals nothing twice', async () => {
    await ledger.stop();
    // The acknowledgement is attempted when the batch is durable, and never arrives.
    let attempted: () => void = () => undefined;
    const durable = new Promise<void>((resolve) => {
      attempted = resolve;
    });
    const acknowledge = () => {
      attempted();
      return Promise.reject(new Error('the connection is gone'));
    };
    const dying = await start(world.engine({ store: { ...world.store, acknowledge } }));
    await world.appendBlocked(run, 'a', 0, 2);
    await durable;
    await dying.stop();
    expect(await isAcknowledged(stream, 1)).toBe(false);

    ledger = await start(engine);

    expect(await isAcknowledged(stream, 2, 5_000)).toBe(true);
    expect(await verify()).toMatchObject({ ok: true, entries: 3 });
    expect(await systemEvents()).toHaveLength(1);
  });

  test('E1: given an outbox entry that is gone, when the next one comes, then the gap is fetched from the stream', async () => {
    await ledger.stop();
    await world.appendBlocked(run, 'a', 0);
    await world.appendBlocked(run, 'a', 1, 2);
    const lost = await world.store.readOutbox(new Map(), { countMax: 10, blockMs: 1 });
    const upTo = lost.at(-1)?.id ?? '';
    await world.store.acknowledge(partitionOf(stream), { term: 1, upTo, values: new Map() });
    ledger = await start(engine);
    await world.appendBlocked(run, 'a', 3);
    await ledger.settledThrough(5);

    expect(await isAcknowledged(stream, 4)).toBe(true);
    expect(await verify()).toMatchObject({ ok: true, entries: 5 });
  });
});

describe('what cannot be believed', () => {
  test('E3: bytes nobody signed are not journaled, and the stream is quarantined', async () => {
    await world.appendBlocked(run, 'a', 0);
    await ledger.settledThrough(2);
    const [[segment] = []] = await world.store.read([{ stream }]);
    await world.appendBytes(stream, 2, 1, (segment?.value ?? '').replace('"seq":1', '"seq":2'));
    await ledger.settledThrough(3);

    expect(await systemEvents()).toMatchObject([
      { type: 'epoch.opened' },
      { type: 'stream.quarantined', data: { stream, seq: 1 } },
    ]);
    expect(await isAcknowledged(stream, 2)).toBe(false);
    expect(await isAcknowledged(systemStream, 2)).toBe(true);
    expect(await verify()).toMatchObject({
      ok: true,
      events: { 'operation.blocked': 1, 'stream.quarantined': 1 },
    });
    expect(await world.store.readOutbox(new Map(), { countMax: 10, blockMs: 1 })).toEqual([]);
  });

  test('E3: an actor that may not say what it signed is refused', async () => {
    await world.appendSigned('publisher', stream, 1, [rawEvent('publisher', stream, 1)]);
    await ledger.settledThrough(2);

    expect((await systemEvents()).at(-1)).toMatchObject({
      type: 'stream.quarantined',
      data: { stream, seq: 0, reason: expect.stringContaining('publisher may not say operation.blocked') },
    });
    expect(await isAcknowledged(stream, 1)).toBe(false);
  });

  test('E1 L2: another event at a seq the ledger holds is a fork: it is never acknowledged', async () => {
    await world.appendBlocked(run, 'a', 0);
    await ledger.settledThrough(2);
    await ledger.stop();
    // Redis was set back and the actor decided anew: same stream, same seq, genuine signature, another event.
    const value = world.signed('planner', stream, 1, [rawEvent('planner', stream, 1)]);
    const partition = partitionOf(stream);
    let fork: OutboxEntry[] = [{ partition, id: '1-0', segments: [{ stream, value }] }];
    const forking: EventStore = {
      ...world.store,
      readOutbox: (...args) => {
        const unread = args[0].has(partition) ? [] : fork;
        return unread.length > 0 ? Promise.resolve(unread) : world.store.readOutbox(...args);
      },
      dropOutbox: (at, { term, ids }) => {
        fork = fork.filter(({ id }) => !ids.includes(id));
        return world.store.dropOutbox(at, { term, ids });
      },
    };
    ledger = await start(world.engine({ store: forking }));
    await ledger.settledThrough(4);
    expect(fork).toEqual([]);

    expect((await systemEvents()).at(-1)).toMatchObject({
      type: 'stream.quarantined',
      data: { stream, seq: 1, reason: expect.stringContaining('is not what the ledger holds') },
    });
    expect(await verify()).toMatchObject({ ok: true, events: { 'operation.blocked': 1 } });
  });

  test('the same evidence is said once, before and after a restart; a job of anybody only says where to look', async () => {
    await world.appendBytes(stream, 1, 1, 'nonsense\n{}');
    await ledger.settledThrough(2);
    const job = { name: 'stream.suspect', data: { stream } };
    await engine.deliver(queueNames.ledger, job);
    await engine.deliver(queueNames.ledger, { name: 'stream.suspect', data: { stream: '../../etc' } });
    await ledger.stop();
    ledger = await start(engine);
    await engine.deliver(queueNames.ledger, job);

    expect((await systemEvents()).filter(({ type }) => type === 'stream.quarantined')).toHaveLength(1);
    expect(engine.probe('ledger')).toMatchObject({ quarantined: 1 });
  });

  test('a sound stream that somebody suspects is left alone', async () => {
    await world.appendBlocked(run, 'a', 0);
    await ledger.settledThrough(2);
    await engine.deliver(queueNames.ledger, { name: 'stream.suspect', data: { stream } });

    expect(await systemEvents()).toHaveLength(1);
  });
});
