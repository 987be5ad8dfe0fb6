import { readFile, rm, writeFile } from 'node:fs/promises';
import { listJournal } from '@marketops/verifier/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startLedger } from '../start.js';
import { createWorld, testRunId, type World } from '../testing/world.js';

let world: World;
const start = () =>
  startLedger(world.engine(), {
    tuning: { blockMs: 20, fileBytesMax: 2_000 },
    onFatal: () => undefined,
  });
const fileAt = async (at: number): Promise<string> =>
  (await listJournal(world.paths.journal)).at(at)?.path ?? '';

beforeEach(async () => {
  world = await createWorld();
  const ledger = await start();
  for (let at = 0; at < 8; at += 1) {
    await world.appendBlocked(testRunId(at), 'a', 0);
    await ledger.settledThrough(2 + at);
  }
  await ledger.stop();
});
afterEach(() => world.close());

test.each([
  ['the first', 0],
  ['one in the middle', 1],
  ['the last but one', -2],
])(
  'L1: given %s of the journal’s files is gone and the index too, then no index is made over the hole: no start',
  async (_, at) => {
    await rm(await fileAt(at));
    await rm(world.paths.index, { recursive: true });
    await expect(start()).rejects.toMatchObject({ code: 'journal_damaged' });
  },
);

test('L1: given a file that others continue was cut after a batch, and the index is gone, then there is no start', async () => {
  const path = await fileAt(1);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.slice(0, text.indexOf('\n', text.indexOf('\nC ') + 1) + 1));
  await rm(world.paths.index, { recursive: true });
  await expect(start()).rejects.toMatchObject({ code: 'journal_damaged' });
});

test('given all files are there, then the index is made anew from them', async () => {
  await rm(world.paths.index, { recursive: true });
  const ledger = await start();
  expect(ledger.settled()).toMatchObject({ sequence: 9 });
  await ledger.stop();
});
