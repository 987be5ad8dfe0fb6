import { expect, it, vi } from 'vitest';
import { storyRunId, tell } from './testing/stories.js';
import { allRows, now, world } from './testing/world.js';

it('given the one that wrote it ends, then the other takes it over and shows all of it', async () => {
  const { journal, open } = world();
  const first = await open();
  const second = await open();
  const reset = vi.fn();
  second.follow((changes) => (changes.reset ? reset() : undefined));
  tell(journal, { number: 1, ending: 'completed' }, () => journal.commit(now));
  await vi.waitFor(() => {
    const codes = [first, second].map((one) => one.state().fault?.code ?? 'live').sort();
    expect(codes).toEqual(['live', 'run_index_in_use']);
  });
  const isFirst = first.state().state === 'live';
  const [writer, other] = isFirst ? [first, second] : [second, first];
  const rows = allRows(writer);
  await writer.close();
  tell(journal, { number: 200, ending: 'planned' });
  journal.commit(now);
  await vi.waitFor(() => expect(other.state()).toMatchObject({ state: 'live', fault: null }), 10_000);
  expect(allRows(other).slice(1)).toEqual(rows);
  expect(other.get(storyRunId({ number: 200 }), 'all')).toMatchObject({ status: 'planned' });
  // Who follows it is told to read everything anew.
  if (isFirst) expect(reset).toHaveBeenCalled();
});
