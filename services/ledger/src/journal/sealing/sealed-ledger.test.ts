import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operationStream } from '@marketops/contracts';
import { openLedgerIndex } from '@marketops/journal';
import { openMemoryStore, orderRebuild } from '@marketops/store';
import { listJournal, logInFolder, verifyJournal } from '@marketops/verifier/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningLedger, startLedger } from '../../start.js';
import { exchangeableStore } from '../../testing/exchangeable-store.js';
import { createWorld, type TestEngine, testRunId, type World } from '../../testing/world.js';

let world: World;
let engine: TestEngine;
let ledger: RunningLedger;
let redis: ReturnType<typeof exchangeableStore>;
const events = 12;

const start = async (): Promise<void> => {
  engine = world.engine();
  ledger = await startLedger(engine, { tuning: { blockMs: 20, fileBytesMax: 4_000, sealBothMs: 0 } });
};
const verify = () => verifyJournal({ dir: world.paths.journal, keyring: world.loaded.keyring });
const forms = async () => (await listJournal(world.paths.journal)).map(({ sealed }) => sealed);
const settled = async (sequence: number): Promise<void> => {
  await ledger.settledThrough(sequence);
};

beforeEach(async () => {
  redis = exchangeableStore();
  world = await createWorld({ store: redis.store });
  await start();
  for (let at = 0; at < events; at += 1) {
    await world.appendBlocked(testRunId(at), 'a', 0);
    await settled(2 + at);
  }
  await engine.tick('seal');
});
afterEach(async () => {
  await ledger.stop();
  await world.close();
});

describe('a journal whose finished files are sealed', () => {
  test('L1 L3: is sealed up to the newest file, which is written on, and verifies', async () => {
    const files = await forms();
    expect(files.length).toBeGreaterThan(3);
    expect(files).toEqual([...files.slice(1).map(() => true), false]);
    expect((await readdir(world.paths.journal)).filter((name) => name.endsWith('.jsonl'))).toHaveLength(1);
    await world.appendBlocked(testRunId(50), 'a', 0);
    await settled(events + 2);
    expect(await verify()).toMatchObject({ ok: true, entries: events + 2, notes: [] });
    expect(engine.probe('sealing')).toMatchObject({ enabled: true, files: files.length - 1 });
  });

  test('L2: gives every entry and segment by the index, also one made anew from sealed files', async () => {
    const read = async () => {
      const index = openLedgerIndex(world.paths.root);
      const found = [];
      for (let sequence = 1; sequence <= events + 1; sequence += 1) {
        const { position, entry } = await index.entryAt(sequence);
        const segment = await index.readSegment(position);
        found.push([entry.sequence, segment.events.length]);
      }
      await index.close();
      return found;
    };
    const expected = Array.from({ length: events + 1 }, (_, at) => [at + 1, 1]);
    expect(await read()).toEqual(expected);
    await ledger.stop();
    for (const name of await readdir(world.paths.root))
      if (name.startsWith('index')) await rm(join(world.paths.root, name), { recursive: true, force: true });
    await start();
    expect(await read()).toEqual(expected);
  });

  test('L1: the public log is written anew from sealed files, to the same root', async () => {
    await ledger.tiles.project();
    const before = await logInFolder(world.paths.tiles).read('checkpoint', 10_000);
    await ledger.stop();
    await rm(world.paths.tiles, { recursive: true });
    await start();
    await ledger.tiles.project();
    const after = await logInFolder(world.paths.tiles).read('checkpoint', 10_000);
    const rootOf = (note: Uint8Array | undefined): string[] =>
      new TextDecoder().decode(note).split('\n').slice(1, 3);
    expect(rootOf(after)).toEqual(rootOf(before));
  });

  test('L2: an empty Redis gets everything back from sealed files', async () => {
    redis.exchange(openMemoryStore());
    await orderRebuild(world.paths.root, {
      id: '01J00000000000000000000000',
      ordered_at: new Date().toISOString(),
    });
    await engine.tick('rebuild');
    const streams = Array.from({ length: events }, (_, at) => operationStream(testRunId(at), 'a'));
    expect(await world.store.lastSeqs(streams)).toEqual(streams.map(() => 1));
    expect(await verify()).toMatchObject({ ok: true });
  });

  test('L1: a sealed file that is damaged is no reason for whatever stands in it to be taken', async () => {
    await ledger.stop();
    const [first] = await listJournal(world.paths.journal);
    const path = first?.path ?? '';
    const bytes = await readFile(path);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(path, bytes);
    expect(await verify()).toMatchObject({
      ok: false,
      fault: { code: 'segment_damaged', file: first?.name },
    });
    for (const name of await readdir(world.paths.root))
      if (name.startsWith('index')) await rm(join(world.paths.root, name), { recursive: true, force: true });
    await expect(start()).rejects.toMatchObject({ code: 'journal_damaged' });
  });

  test('L2: where the newest file is gone and what is left is sealed, the ledger does not start', async () => {
    await ledger.stop();
    const newest = (await listJournal(world.paths.journal)).at(-1);
    await rm(newest?.path ?? '');
    await expect(start()).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:journal_damaged|ledger_behind)$/),
    });
  });
});
