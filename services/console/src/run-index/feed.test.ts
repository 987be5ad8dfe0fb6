import { expect, it } from 'vitest';
import { type FeedItem, isAfter, parseFeedId } from './feed.js';
import type { RunChanges } from './run-index.js';
import { type Ending, storyRunId, tell } from './testing/stories.js';
import { now, world } from './testing/world.js';

async function feedOfStory(ending: Ending): Promise<readonly FeedItem[]> {
  const { journal, open } = world();
  const index = await open();
  const heard: RunChanges[] = [];
  index.follow((changes) => heard.push(changes));
  tell(journal, { number: 1, ending }, () => journal.commit(now));
  await index.caughtUp();
  return heard.flatMap(({ feed }) => feed);
}

const words = (feed: readonly FeedItem[]): string[] =>
  feed.map(({ type, data }) => ('stage' in data ? `${type} ${data.stage}` : type));

const untilPlanned = [
  'run.started',
  'stage.started discover',
  'stage.completed discover',
  'stage.started select',
  'stage.completed select',
  'stage.started verify',
  'stage.completed verify',
  'stage.started evaluate',
  'stage.completed evaluate',
  'stage.started plan',
  'stage.completed plan',
  'plan.generated',
  'stage.started execute',
];
const theEnd = [
  'stage.completed execute',
  'stage.started seal',
  'ledger.sealed',
  'stage.completed seal',
  'run.completed',
];

it('given a dry run, then all seven stages are told in order, and what was blocked', async () => {
  const feed = await feedOfStory('dry_run');
  expect(words(feed)).toEqual([...untilPlanned, 'execute.blocked', ...theEnd]);
  expect(feed.at(-1)).toMatchObject({
    run_id: storyRunId({ number: 1 }),
    mode: 'dry_run',
    data: { status: 'blocked' },
  });
  expect(feed.find(({ type }) => type === 'ledger.sealed')?.data).toMatchObject({
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

it('given a run that ships, then the same stages are told, and nothing is blocked', async () => {
  expect(words(await feedOfStory('completed'))).toEqual([...untilPlanned, ...theEnd]);
});

it('given a request that is refused, then its end is told, and no stage as completed', async () => {
  const feed = await feedOfStory('rejected');
  expect(words(feed)).toEqual(['run.started', 'stage.started discover', 'ledger.sealed', 'run.completed']);
});

it('given any place in the feed, then what comes after it is the rest of the feed', async () => {
  const feed = await feedOfStory('dry_run');
  for (const [at, { id }] of feed.entries()) {
    const cursor = parseFeedId(id);
    if (cursor === undefined) throw new RangeError(id);
    expect(feed.filter((item) => isAfter(item, cursor))).toEqual(feed.slice(at + 1));
  }
});

it.each(['', '5', '5-', '-1-0', '5-1-2', 'x-1', `${'9'.repeat(16)}-0`])(
  'given %j for an id, then it is none',
  (id) => {
    expect(parseFeedId(id)).toBeUndefined();
  },
);
