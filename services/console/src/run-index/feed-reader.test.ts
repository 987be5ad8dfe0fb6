import { expect, it } from 'vitest';
import type { FeedItem } from './feed.js';
import { endings, storyRunId, tell } from './testing/stories.js';
import { takeFeed } from './testing/take-feed.js';
import { now, world } from './testing/world.js';

const ids = (items: readonly FeedItem[]): string[] => items.map(({ id }) => id);

it('given a reader that comes again after any item, then it gets what it missed, after a restart too', async () => {
  const { journal, open } = world();
  for (const [number, ending] of endings.entries())
    tell(journal, { number, ending }, () => journal.commit(now));
  const index = await open();
  const all = await takeFeed(index, 100, { after: '0-0' });
  tell(journal, { number: 99, ending: 'dry_run' }, () => journal.commit(now));
  await index.caughtUp();
  const rest = await takeFeed(index, 19, { after: all.at(-1)?.id ?? '' });
  const runId = storyRunId({ number: 99 });
  const whole = [...ids(all), ...ids(rest)];
  const again = await open('another');
  for (const at of [0, 1, 12, 50, 99, 105]) {
    const expected = whole.slice(at + 1);
    const after = whole[at] ?? '';
    expect(ids(await takeFeed(index, expected.length, { after }))).toEqual(expected);
    expect(ids(await takeFeed(again, expected.length, { after }))).toEqual(expected);
  }
  // One run's, from its beginning, and after one of its items.
  const its = await takeFeed(again, 19, { runId });
  expect(its.map(({ type }) => type).at(-1)).toBe('run.completed');
  expect(ids(await takeFeed(again, 9, { runId, after: its[9]?.id ?? '' }))).toEqual(ids(its).slice(10));
});

it('given a reader that waits, then it is told what comes, and of its own tenants only', async () => {
  const { journal, open } = world();
  const index = await open();
  const taken = takeFeed(index, 2, { allowed: ['globex'] });
  tell(journal, { number: 1, ending: 'requested', tenantId: 'acme' }, () => journal.commit(now));
  tell(journal, { number: 2, ending: 'requested', tenantId: 'globex' }, () => journal.commit(now));
  expect((await taken).map(({ tenant_id, type }) => [tenant_id, type])).toEqual([
    ['globex', 'run.started'],
    ['globex', 'stage.started'],
  ]);
});

it('given a reader that goes away, then its reading ends with the signal’s reason', async () => {
  const { open } = world();
  const index = await open();
  const leaving = new AbortController();
  const taken = takeFeed(index, 1, { signal: leaving.signal });
  leaving.abort(new RangeError('gone'));
  await expect(taken).rejects.toThrow('gone');
});

it.each(['', 'nothing', '1-1-1'])('given %j as the last id, then it is refused', async (after) => {
  const { open } = world();
  await expect(takeFeed(await open(), 1, { after })).rejects.toMatchObject({ code: 'cursor_invalid' });
});

it('given an id beyond the ledger’s end, then what comes from now on is told', async () => {
  const { journal, open } = world();
  tell(journal, { number: 1, ending: 'requested' });
  journal.commit(now);
  const index = await open();
  const taken = takeFeed(index, 1, { after: '999999-0' });
  tell(journal, { number: 2, ending: 'requested' });
  journal.commit(now);
  expect(await taken).toMatchObject([{ run_id: storyRunId({ number: 2 }) }]);
});
