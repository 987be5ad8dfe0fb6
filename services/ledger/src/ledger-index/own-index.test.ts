import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '@marketops/engine';
import { currentIndex, indexFolder, openLedgerIndex } from '@marketops/journal';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { claimTerm } from '../journal/terms.js';
import { startLedger } from '../start.js';
import { createWorld, testRunId, type World } from '../testing/world.js';
import { termFence } from '../writers/fence.js';
import { thisProcess } from '../writers/holder.js';
import { openOwnIndex } from './own-index.js';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  const ledger = await startLedger(world.engine(), { tuning: { blockMs: 20 } });
  await world.appendBlocked(testRunId(1), 'a', 0, 2);
  await ledger.settledThrough(3);
  await ledger.stop();
});
afterEach(() => world.close());

const log = createLog('ledger', 'silent');
const root = () => world.paths.root;
const claim = async () => termFence(await claimTerm(world.paths.terms, [1]));
const open = async () => openOwnIndex(root(), await claim(), log);
const ownerOf = (name: string) => join(indexFolder(root(), name), 'owner');
const deposed = expect.objectContaining({ code: 'deposed' });

describe('the index of a writer', () => {
  test('given the one before has ended, however, then its index is taken over as it is', async () => {
    const name = currentIndex(root()) ?? '';
    const ended = JSON.stringify({ ...thisProcess(), pid: 2 ** 22 + 1, started: '1' });
    for (const owner of [undefined, ended]) {
      if (owner !== undefined) await writeFile(ownerOf(name), owner);
      const { tables, publish, close } = await open();
      expect(tables.meta.get('head')).toMatchObject({ sequence: 3 });
      await publish();
      expect(currentIndex(root())).toBe(name);
      await close();
      expect(existsSync(ownerOf(name))).toBe(false);
    }
  });

  test('given the one before may still run, then it is copied; readers are sent to the copy, and the old one is removed', async () => {
    const name = currentIndex(root()) ?? '';
    await writeFile(ownerOf(name), JSON.stringify(thisProcess()));
    const reader = openLedgerIndex(root());
    const { tables, publish, close } = await open();
    const head = tables.meta.get('head');
    expect(head).toMatchObject({ sequence: 3 });
    await tables.meta.put('head', { ...head, sequence: 4 } as never);
    expect(reader.head()).toMatchObject({ sequence: 3 });
    await publish();
    expect((await readdir(world.paths.index)).sort()).toEqual(['0000000002', 'current']);
    await vi.waitFor(() => expect(reader.head()).toMatchObject({ sequence: 4 }), 5_000);
    expect(reader.lastSeq('op/run_00000000000000000000000001/a')).toBe(2);
    await reader.close();
    await close();
  });

  test('given it cannot be told whether the one before runs, then a new one is made', async () => {
    const name = currentIndex(root()) ?? '';
    await writeFile(ownerOf(name), JSON.stringify({ ...thisProcess(), machine: 'another' }));
    const { tables, close } = await open();
    expect(tables.meta.get('head')).toBeUndefined();
    await close();
    expect(currentIndex(root())).toBe(name);
  });

  test('given writers that died before they had caught up, then what they left is taken away, and not what is read', async () => {
    const name = currentIndex(root()) ?? '';
    await writeFile(ownerOf(name), JSON.stringify({ ...thisProcess(), machine: 'another' }));
    for (let start = 0; start < 3; start += 1) await (await open()).close();
    expect((await readdir(world.paths.index)).sort()).toEqual([name, '0000000004', 'current']);
    expect(currentIndex(root())).toBe(name);
  });

  test('L1: given a writer that was deposed, then readers are never sent to its index, and it takes none over', async () => {
    const older = await claim();
    const name = currentIndex(root()) ?? '';
    await writeFile(ownerOf(name), JSON.stringify(thisProcess()));
    const own = await openOwnIndex(root(), older, log);
    const newer = await open();
    await newer.publish();
    await expect(own.publish()).rejects.toThrowError(deposed);
    expect(currentIndex(root())).toBe('0000000003');
    await newer.close();
    await expect(openOwnIndex(root(), older, log)).rejects.toThrowError(deposed);
    await own.tables.root.close();
  });
});
