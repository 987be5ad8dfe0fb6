import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRunIndex } from './open.js';
import { TestJournal } from './testing/journal.js';
import { endings, storyRunId, tell } from './testing/stories.js';
import { takeFeed } from './testing/take-feed.js';
import { now, world } from './testing/world.js';

it('given a reader that comes while the index is made, then it is told nothing twice', async () => {
  const { journal, folder, open } = world();
  for (const [number, ending] of endings.entries())
    tell(journal, { number, ending }, () => journal.commit(now));
  const all = await takeFeed(await open(), 100, { after: '0-0' });
  // Its own index is empty: it has not been given the time to read anything.
  const made = openRunIndex({
    ...{ folder: join(folder, 'anew'), journal: journal.dir, keyring: () => journal.keyring() },
  });
  const after = all.at(-1)?.id ?? '';
  const [rest, fresh] = [takeFeed(made, 1, { after }), takeFeed(made, 1)];
  await made.caughtUp();
  tell(journal, { number: 99, ending: 'dry_run' }, () => journal.commit(now));
  const [next] = await rest;
  expect(all.map(({ id }) => id)).not.toContain(next?.id);
  expect(await fresh).toMatchObject([{ run_id: storyRunId({ number: 99 }) }]);
  await made.close();
});

it('given another ledger in the place of its own, then a reader that stayed is told what that one gets', async () => {
  const { journal, open } = world();
  for (const [number, ending] of endings.entries())
    tell(journal, { number, ending }, () => journal.commit(now));
  let keyring = () => journal.keyring();
  const index = await open('index', { keyring: () => keyring() });
  const taken = takeFeed(index, 1);
  rmSync(journal.dir, { recursive: true });
  const other = new TestJournal(journal.dir);
  keyring = () => other.keyring();
  tell(other, { number: 500, ending: 'requested' }, () => other.commit(now));
  await index.caughtUp();
  tell(other, { number: 501, ending: 'requested' }, () => other.commit(now));
  expect(await taken).toMatchObject([{ run_id: storyRunId({ number: 501 }), type: 'run.started' }]);
});
