import { expect, it } from 'vitest';
import type { RunChanges } from './run-index.js';
import { claim, endings, storyReceiptId, storyRunId, tell } from './testing/stories.js';
import { allRows, now, world } from './testing/world.js';

it('given runs of every kind, then each stands in the list as far as it got, the newest first', async () => {
  const { journal, open } = world();
  for (const [number, ending] of endings.entries()) tell(journal, { number, ending });
  journal.commit(now);
  const rows = allRows(await open());
  const shown = rows.map(({ run_id, status, flags, why }) => [run_id, status, flags, why]);
  const expected = [
    ['requested', [], null],
    ['rejected', [], 'discovery_failed'],
    ['planned', [], null],
    ['awaiting_approval', [], 'approval_missing'],
    ['authorized', [], null],
    ['authorized', ['held'], 'frozen'],
    ['executing', [], null],
    ['completed', [], null],
    ['failed', [], 'github_refused'],
    ['failed', ['uncertain'], 'outcome_unknown'],
    ['blocked', [], 'policy_forbids'],
    ['blocked', [], 'mode_dry_run'],
    ['completed', ['sealed'], null],
  ];
  expect(shown).toEqual(expected.map((one, number) => [storyRunId({ number }), ...one]).reverse());
});

it('given a run that goes on, then followers hear of it with its row, its events and its feed', async () => {
  const { journal, open } = world();
  const index = await open();
  const heard: RunChanges[] = [];
  index.follow((changes) => heard.push(changes));
  tell(journal, { number: 1, ending: 'completed' }, () => journal.commit(now));
  claim(journal, storyRunId({ number: 1 }));
  journal.commit(now);
  await index.caughtUp();
  const positions = heard.map(({ position }) => position);
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
  expect(positions.at(-1)).toBe(journal.sequence);
  expect(heard.flatMap(({ events }) => events)).toHaveLength(journal.sequence);
  expect(heard.at(-1)?.rows).toMatchObject([{ status: 'completed', flags: ['claimed'] }]);
  expect(heard.flatMap(({ feed }) => feed).at(-1)).toMatchObject({ type: 'run.completed' });
  expect(index.search({ allowed: 'all', receiptId: storyReceiptId(1) }).runs).toHaveLength(1);
});
