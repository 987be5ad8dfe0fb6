import type { RunPage, RunRow } from '@marketops/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstPage, type RunList, withChanged, withFirstPage, withNextPage } from './run-list.js';

/** A run that is told by its place in the ledger; `last` is what it was changed by. */
const run = (first: number, last = first): RunRow =>
  ({ run_id: `run_${first}`, first_sequence: first, last_sequence: last }) as RunRow;

/** A server that has these runs, and answers as the API does. */
function page(places: readonly number[], limit: number, before = Number.POSITIVE_INFINITY): RunPage {
  const fit = places.filter((place) => place < before).sort((a, b) => b - a);
  const runs = fit.slice(0, limit).map((place) => run(place));
  const next = fit.length > limit ? String(runs.at(-1)?.first_sequence) : null;
  return { runs, next, total: places.length, position: 0, complete: true };
}

const places = ({ rows }: RunList) => rows.map(({ first_sequence }) => first_sequence);

describe('the list of runs', () => {
  it('shows every run once and in order, however pages and news come', () => {
    const steps = fc.array(fc.constantFrom('more', 'news', 'removal'), { maxLength: 30 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 7 }),
        steps,
        (count, limit, todo) => {
          let there = Array.from({ length: count }, (_, n) => n + 1);
          let newest = count;
          let list = firstPage(page(there, limit));
          for (const step of todo) {
            if (step === 'news') {
              there = [...there, ++newest, ++newest];
              list = withFirstPage(list, page(there, limit));
            } else if (step === 'removal') {
              // The newest one fits no more, as after its status changed.
              there = there.filter((place) => place !== Math.max(...there));
              list = withFirstPage(list, page(there, limit));
            } else if (list.next !== null) {
              list = withNextPage(list, page(there, limit, Number(list.next)));
            }
            const shown = places(list);
            expect(shown).toEqual([...new Set(shown)].sort((a, b) => b - a));
            expect(shown).toEqual(there.filter((place) => shown.includes(place)).sort((a, b) => b - a));
          }
          while (list.next !== null) list = withNextPage(list, page(there, limit, Number(list.next)));
          expect(places(list)).toEqual([...there].sort((a, b) => b - a));
        },
      ),
    );
  });

  it('shows a run as it is now, and never as it was', () => {
    const list = firstPage({ ...page([1, 2, 3], 5), runs: [run(3), run(2, 9), run(1)] });
    const changed = new Map([run(3, 7), run(2, 5)].map((row) => [row.run_id, row]));
    const always = () => true;
    const now = withChanged(list, changed, always);
    expect(now.rows.map(({ last_sequence }) => last_sequence)).toEqual([7, 9, 1]);
    expect(withChanged(list, new Map(), always)).toBe(list);
  });

  it('takes away a run that fits no more wherever it stands, and not for what is older than what is shown', () => {
    const list = firstPage({ ...page([1, 2, 3], 5), runs: [run(3), run(2, 9), run(1)] });
    const changed = new Map([run(2, 5), run(1, 8)].map((row) => [row.run_id, row]));
    expect(places(withChanged(list, changed, () => false))).toEqual([3, 2]);
  });
});
