import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { FeedItem } from './feed.js';
import { openRunStore } from './store.js';
import { manyStory, tellMany } from './testing/many.js';
import { claim, endings, orderErasure, storyRunId, tell } from './testing/stories.js';
import { takeFeed } from './testing/take-feed.js';
import { allRows, now, world } from './testing/world.js';

const packageDir = fileURLToPath(new URL('../..', import.meta.url));
const program = join(packageDir, 'dist', 'run-index', 'testing', 'crash-process.js');

beforeAll(() => {
  // The process that is killed is the built package.
  const tsc = fileURLToPath(new URL('../../../../node_modules/typescript/bin/tsc', import.meta.url));
  execFileSync(process.execPath, [tsc, '-b', packageDir], { stdio: 'inherit' });
}, 120_000);

it('given a process killed in the middle of a batch, again and again, then nothing is repeated, lost or half written', async () => {
  const runs = 1_000;
  const { journal, folder, open } = world();
  tellMany(journal, runs);
  const keyringPath = join(folder, 'keyring.json');
  writeFileSync(keyringPath, JSON.stringify(journal.keyring()));
  const crash = async (run: number | 'whole') => {
    const args = [program, join(folder, 'index'), journal.dir, keyringPath, String(run)];
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    const [code, signal] = await once(child, 'exit');
    return signal ?? code;
  };
  const stored = () => {
    const found: string[] = [];
    const store = openRunStore(join(folder, 'index'), {
      load: (run) => found.push(run.runId),
      forget: () => expect.unreachable('it is damaged'),
    });
    const position = store.head()?.cursor.sequence ?? 0;
    return store.close().then(() => ({ found, position }));
  };
  let before = { found: [] as readonly string[], position: 0 };
  // In the first batch, at the first run of one, in the middle of the third one.
  for (const run of [30, 1, 200]) {
    expect(await crash(run)).toBe('SIGKILL');
    const after = await stored();
    expect(after.position).toBeGreaterThanOrEqual(before.position);
    // What a whole batch said, and nothing of the one that was being written.
    expect(new Set(after.found).size).toBe(after.found.length);
    if (run < 50) expect(after).toEqual(before);
    before = after;
  }
  expect(before.position).toBeGreaterThan(0);
  expect(await crash('whole')).toBe(0);
  const [resumed, anew] = [await open(), await open('anew')];
  expect(resumed.state()).toMatchObject({ runs, position: journal.sequence });
  expect(allRows(resumed, { limit: 1_000 })).toEqual(allRows(anew, { limit: 1_000 }));
}, 120_000);

it('given a reader that comes again anywhere in a long journal, then reading begins near there, and nothing is missed', async () => {
  const { journal, open } = world();
  tellMany(journal, 1_000);
  const index = await open('index', { entriesPerWrite: 500 });
  const all: FeedItem[] = [];
  const ended = AbortSignal.timeout(60_000);
  for await (const item of index.feed({ allowed: 'all', after: '0-0', signal: ended })) {
    all.push(item);
    if (item.type === 'run.completed' && item.sequence === journal.sequence) break;
  }
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  // In the middle of what the last entry of a batch says: places that reading begins at stand behind such entries.
  const lastOfBatch = new Set(
    Array.from({ length: 20 }, (_, batch) => storyRunId(manyStory(batch * 50 + 49, 1_000))),
  );
  const middles = all.flatMap(({ run_id, type }, at) =>
    lastOfBatch.has(run_id) && type === 'ledger.sealed' ? [at] : [],
  );
  expect(middles.length).toBeGreaterThan(10);
  for (const at of [0, ...middles]) {
    const expected = all.slice(at + 1, at + 5);
    const rest = await takeFeed(index, expected.length, { after: all[at]?.id ?? '' });
    expect(rest.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
  }
}, 120_000);

it('given any order in which runs go on, then what was followed equals what is made anew', async () => {
  const stories = fc.array(fc.constantFrom(...endings), { maxLength: 12 });
  const restarts = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 8 });
  let world$ = 0;
  const { journal, open } = world();
  let at = 0;
  await fc.assert(
    fc.asyncProperty(stories, restarts, async (told, restartAt) => {
      world$ += 100;
      let followed = await open();
      for (const [index, ending] of told.entries()) {
        const number = world$ + index;
        tell(journal, { number, ending }, () => {
          at += 1;
          if (at % 2 === 0) journal.commit(now);
        });
        if (ending === 'held') claim(journal, storyRunId({ number }));
        if (restartAt[index % restartAt.length] !== 0) continue;
        await followed.close();
        followed = await open();
      }
      orderErasure(journal, storyRunId({ number: world$ }));
      journal.commit(now);
      await followed.caughtUp();
      const anew = await open(`anew-${world$}`);
      expect(allRows(followed)).toEqual(allRows(anew));
      expect(followed.totals('all')).toEqual(anew.totals('all'));
      for (const query of [{ text: 'widgets 1' }, { statuses: ['failed' as const] }])
        expect(allRows(followed, query)).toEqual(allRows(anew, query));
      await followed.close();
      await anew.close();
    }),
    { numRuns: 15 },
  );
}, 120_000);
