import { expect, it } from 'vitest';
import type { RunIndex } from '../../run-index/run-index.js';
import type { RunRow } from '../../run-index/run-row.js';
import { exported } from './export.js';

const row = (at: number) => ({
  ...{ run_id: `run_${at}`, tenant_id: 'acme', principal: 'ci', mode: 'dry_run', status: 'completed' },
  ...{ flags: [], repositories: [], kinds: [], why: null, created_at: '', updated_at: '' },
  ...{ idempotency_key: null, counts: { operations: 1, would_ship: 0, succeeded: 0, failed: 0 } },
});

/** An index of that many runs, which counts how often it is asked. */
function indexOf(runs: number) {
  const asked: number[] = [];
  const search: RunIndex['search'] = ({ cursor, limit = 50 }) => {
    const from = Number(cursor ?? 0);
    asked.push(from);
    const page = Array.from({ length: Math.min(limit, runs - from) }, (_, at) => row(from + at));
    const next = from + limit < runs ? String(from + limit) : null;
    return { runs: page as unknown as RunRow[], next, total: null, position: 1 };
  };
  return { asked, search };
}

it.each([0, 1, 1_000, 2_500])('given %i runs, then all of them stand in the file', async (runs) => {
  const json = await new Response(exported(indexOf(runs), { allowed: 'all' }, 'json')).json();
  expect((json as { runs: unknown[] }).runs).toHaveLength(runs);
  const csv = await new Response(exported(indexOf(runs), { allowed: 'all' }, 'csv')).text();
  expect(csv.trimEnd().split('\r\n')).toHaveLength(runs + 1);
});

it('given a reader who takes one piece, then no more than the next is made', async () => {
  const index = indexOf(100_000);
  const reader = exported(index, { allowed: 'all' }, 'json').getReader();
  await reader.read();
  await new Promise((resolve) => setImmediate(resolve));
  expect(index.asked.length).toBeLessThanOrEqual(2);
  await reader.cancel();
});
