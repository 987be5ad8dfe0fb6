import { appendFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lmdb } from '@marketops/journal';
import { describe, expect, it, vi } from 'vitest';
import type { RunChanges } from './run-index.js';
import { TestJournal } from './testing/journal.js';
import { endings, orderErasure, storyReceiptId, storyRunId, tell } from './testing/stories.js';
import { allRows, now, world } from './testing/world.js';

/** All kinds of runs, some of them in one batch. */
function tellAll(journal: TestJournal, from = 0): void {
  for (const [at, ending] of endings.entries()) {
    tell(journal, { number: from + at, ending }, at % 3 === 0 ? () => journal.commit(now) : undefined);
  }
  journal.commit(now);
}

it('given it is opened again, then it knows all runs before it has read anything', async () => {
  const { journal, open } = world();
  tellAll(journal);
  const first = await open();
  const rows = allRows(first);
  await first.close();
  const opening = open();
  const again = await opening;
  expect(again.state()).toMatchObject({ state: 'live', position: journal.sequence, runs: endings.length });
  expect(allRows(again)).toEqual(rows);
  expect(again.search({ allowed: 'all', text: 'release-7' }).runs).toHaveLength(1);
  expect(again.search({ allowed: 'all', receiptId: storyReceiptId(7) }).runs).toHaveLength(1);
});

describe('given its database', () => {
  const damages: readonly (readonly [string, (folder: string) => void])[] = [
    ['is gone', (folder) => rmSync(folder, { recursive: true })],
    ['is no database', (folder) => writeFileSync(join(folder, 'data.mdb'), 'x'.repeat(100_000))],
    [
      'was cut short',
      (folder) => truncateSync(join(folder, 'data.mdb'), statSync(join(folder, 'data.mdb')).size / 2),
    ],
    ['could not be read the last time', (folder) => writeFileSync(join(folder, 'opening'), '')],
  ];

  it.each(damages)('%s, then it is made again', async (_what, damage) => {
    const { journal, folder, open } = world();
    tellAll(journal);
    const first = await open();
    const rows = allRows(first);
    await first.close();
    damage(join(folder, 'index'));
    expect(allRows(await open())).toEqual(rows);
    expect(readdirSync(join(folder, 'index'))).not.toContain('opening');
  });

  it.each<[string, 'meta' | 'runs', string | number, unknown]>([
    ['is of another version', 'meta', 'head', { version: 0, cursor: { sequence: 3 }, mark: '' }],
    ['holds a row that is none', 'runs', 1, ['nothing']],
  ])('%s, then it is made again', async (_what, name, key, value) => {
    const { journal, folder, open } = world();
    tellAll(journal);
    const first = await open();
    const rows = allRows(first);
    await first.close();
    const root = lmdb.open({ path: join(folder, 'index'), noSubdir: false, maxDbs: 8 });
    await root.openDB({ name, encoding: 'msgpack' }).put(key, value);
    await root.close();
    expect(allRows(await open())).toEqual(rows);
  });
});

describe('given the journal', () => {
  it('is another one, then its runs stand in the list and none of the old one', async () => {
    const { journal, open } = world();
    tellAll(journal);
    await (await open()).close();
    rmSync(journal.dir, { recursive: true });
    const other = new TestJournal(journal.dir);
    tellAll(other, 500);
    const index = await open('index', { keyring: () => other.keyring() });
    expect(allRows(index)).toHaveLength(endings.length);
    expect(index.get(storyRunId({ number: 1 }), 'all')).toBeUndefined();
    expect(index.get(storyRunId({ number: 501 }), 'all')).toMatchObject({ status: 'rejected' });
  });

  it('goes on from before what a deposed writer added, then that never was', async () => {
    const { journal, open } = world();
    tell(journal, { number: 1, ending: 'planned' });
    journal.commit(now);
    const { point } = journal;
    const index = await open();
    tell(journal, { number: 2, ending: 'completed' });
    journal.commit(now);
    await index.caughtUp();
    expect(allRows(index)).toHaveLength(2);
    journal.newTerm(point);
    tell(journal, { number: 3, ending: 'completed' });
    journal.commit(now);
    await index.caughtUp();
    expect(allRows(index).map(({ run_id }) => run_id)).toEqual(
      [3, 1].map((number) => storyRunId({ number })),
    );
  });

  it('is damaged, then that is told and the rest is shown; given it is mended, then it goes on', async () => {
    const { journal, open } = world();
    tellAll(journal);
    const faults: unknown[] = [];
    const index = await open('index', { onFault: (fault) => faults.push(fault) });
    const path = join(journal.dir, readdirSync(journal.dir)[0] ?? '');
    const { size } = statSync(path);
    appendFileSync(path, 'X junk\n');
    await vi.waitFor(() =>
      expect(index.state()).toMatchObject({ state: 'failed', fault: { code: 'line_malformed' } }),
    );
    expect(allRows(index)).toHaveLength(endings.length);
    expect(faults).toHaveLength(1);
    truncateSync(path, size);
    const heard: RunChanges[] = [];
    index.follow((changes) => heard.push(changes));
    tell(journal, { number: 99, ending: 'planned' });
    journal.commit(now);
    await index.caughtUp();
    expect(heard.flatMap(({ events }) => events)).toHaveLength(3);
    expect(heard.filter(({ reset }) => reset)).toEqual([]);
    expect(index.state()).toMatchObject({ state: 'live', fault: null });
    expect(index.get(storyRunId({ number: 99 }), 'all')).toMatchObject({ status: 'planned' });
  });

  it('has what a key signed that was revoked before, then that is left out', async () => {
    const { journal, open } = world();
    tell(journal, { number: 1, ending: 'authorized' });
    journal.commit('2026-03-01T12:00:00.000Z');
    tell(journal, { number: 2, ending: 'authorized' });
    journal.commit('2026-03-01T14:00:00.000Z');
    const index = await open('index', {
      keyring: () => journal.keyring({ federation: '2026-03-01T13:00:00.000Z' }),
    });
    expect(allRows(index).map(({ status }) => status)).toEqual(['planned', 'authorized']);
  });
});

it('given a key that is not in the keyring yet, then what it signed is read as soon as it is, and nothing is said of a fault', async () => {
  const { journal, open } = world();
  const whole = journal.keyring();
  let keyring = { ...whole, keys: whole.keys.filter(({ key_id }) => key_id !== 'federation-1') };
  const faults: unknown[] = [];
  const index = await open('index', { keyring: () => keyring, onFault: (fault) => faults.push(fault) });
  keyring = whole;
  tellAll(journal);
  await index.caughtUp();
  expect(allRows(index)).toHaveLength(endings.length);
  expect(faults).toEqual([]);
});

it('given two processes write one index, then the second says so and goes on showing what it has', async () => {
  const { journal, open } = world();
  const [first, second] = [await open(), await open()];
  tellAll(journal);
  await vi.waitFor(() => {
    const states = [first.state(), second.state()].map(({ fault }) => fault?.code ?? 'live').sort();
    expect(states).toEqual(['live', 'run_index_in_use']);
  });
});

it('given a sealed run and an order to erase it, then the list says so, and never had what it is about', async () => {
  const { journal, open } = world();
  tell(journal, { number: 1, ending: 'sealed' });
  orderErasure(journal, storyRunId({ number: 1 }));
  journal.commit(now);
  const index = await open();
  expect(allRows(index)).toMatchObject([
    { flags: ['sealed', 'erased'], repositories: [], idempotency_key: 'release-1' },
  ]);
  expect(index.search({ allowed: 'all', text: 'widgets' }).runs).toEqual([]);
});
