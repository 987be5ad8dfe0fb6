import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Columns } from './columns.js';
import type { ListedRun } from './listed-run.js';
import type { RunQuery } from './run-index.js';
import { searchRows } from './search.js';
import { totalsOf } from './totals.js';
import { addWords } from './words.js';

const run = (firstSequence: number, more: Partial<ListedRun> = {}): ListedRun => ({
  ...{ runId: `run_${firstSequence}`, firstSequence, lastSequence: firstSequence, tenantId: 'acme' },
  ...{ principal: 'ci', idempotencyKey: null, mode: 'prod' as const },
  createdAt: new Date(Date.parse('2026-03-01T00:00:00.000Z') + firstSequence).toISOString(),
  updatedAt: '2026-03-01T00:00:00.000Z',
  ...{ planned: false, wouldShip: 0, wouldNotShip: 0, rejected: null, ended: null },
  ...{ flags: new Set(), repositories: new Set(), kinds: new Set(), operations: new Map(), text: '' },
  ...more,
});

function columnsOf(runs: readonly ListedRun[]): Columns {
  const columns = new Columns();
  for (const one of runs) columns.set(one);
  return columns;
}

const sequences = (columns: Columns, query: Partial<RunQuery>, ofReceipt?: number) =>
  searchRows(columns, { allowed: 'all', ...query }, ofReceipt).rows.map((row) => columns.firstSequence[row]);

describe('a page of runs', () => {
  const status = fc.constantFrom('completed' as const, 'failed' as const);
  const tenant = fc.constantFrom('acme', 'globex');
  const runs = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 50 }), status, tenant }), {
    maxLength: 60,
  });

  it('given new runs arrive between the pages, then no run of the start comes twice, and none that fits is left out', () => {
    fc.assert(
      fc.property(runs, runs, fc.integer({ min: 1, max: 7 }), (first, later, limit) => {
        const columns = new Columns();
        let at = 0;
        const add = ({ gap, status: ended, tenant: tenantId }: (typeof first)[number]) => {
          at += gap;
          columns.set(run(at, { ended, tenantId }));
          return { at, fits: ended === 'failed' && tenantId === 'acme' };
        };
        const expected = first.map(add).filter(({ fits }) => fits);
        const found: number[] = [];
        const arriving = [...later];
        for (let cursor: string | null | undefined; cursor !== null; ) {
          const query = { allowed: ['acme'], statuses: ['failed'] as const, limit, cursor };
          const page = searchRows(columns, query, undefined);
          found.push(...page.rows.map((row) => columns.firstSequence[row] ?? 0));
          cursor = page.next;
          const next = arriving.pop();
          if (next !== undefined) add(next);
        }
        expect(found).toEqual(expected.map((one) => one.at).reverse());
      }),
    );
  });

  it.each(['', 'r1.', 'r2.5', 'r1.0', 'r1.zzzzzzzzzzzzzz', '../5'])(
    'given the cursor %j, then it is refused',
    (cursor) => {
      expect(() => sequences(new Columns(), { cursor })).toThrow(
        expect.objectContaining({ code: 'cursor_invalid' }),
      );
    },
  );

  it('given a limit of none or of too many, then the page has one and at most a thousand', () => {
    const columns = columnsOf(Array.from({ length: 1_200 }, (_, at) => run(at + 1)));
    expect(sequences(columns, { limit: -5 })).toEqual([1_200]);
    expect(sequences(columns, { limit: 1e9 })).toHaveLength(1_000);
    expect(sequences(columns, { limit: Number.NaN })).toHaveLength(50);
    expect(searchRows(columns, { allowed: 'all', withTotal: true }, undefined).total).toBe(1_200);
  });
});

describe('a search', () => {
  const words = (...texts: string[]): { text: string } => {
    const its = { text: '' };
    addWords(its, ...texts);
    return its;
  };
  const columns = columnsOf([
    run(1, { ...words('run_abc', 'release-1', 'Größe'), kinds: new Set(['tag_repo']), mode: 'dry_run' }),
    run(2, { tenantId: 'globex', repositories: new Set(['Acme/Widgets', 'acme/website']), ended: 'failed' }),
    run(3, { ...words('run_abd', 'release-12'), flags: new Set(['held', 'stalled']), principal: 'ada' }),
  ]);

  it.each<[string, Partial<RunQuery>, number[]]>([
    ['nothing', {}, [3, 2, 1]],
    ['whose runs may be seen', { allowed: ['globex'] }, [2]],
    ['nobody’s', { allowed: [] }, []],
    ['a tenant that may not be seen', { allowed: ['acme'], tenants: ['globex'] }, []],
    ['a tenant', { tenants: ['globex', 'nobody'] }, [2]],
    ['a repository in another case', { repository: 'acme/widgets' }, [2]],
    ['another of its repositories', { repository: 'acme/website' }, [2]],
    ['no repository', { repository: '' }, []],
    ['a status', { statuses: ['failed', 'partial'] }, [2]],
    ['both flags', { flags: ['held', 'stalled'] }, [3]],
    ['a flag too many', { flags: ['held', 'drifted'] }, []],
    ['a mode', { mode: 'dry_run' }, [1]],
    ['a kind', { kind: 'tag_repo' }, [1]],
    ['a principal', { principal: 'ada' }, [3]],
    ['a time', { since: '2026-03-01T00:00:00.002Z', until: '2026-03-01T00:00:00.003Z' }, [2]],
    ['a word', { text: 'RELEASE-1' }, [3, 1]],
    ['a word beyond ASCII, in another form', { text: 'gro\u0308ße'.replace('ro\u0308', 'RO\u0308') }, [1]],
    ['two words', { text: ' release  abd ' }, [3]],
    ['words of two runs', { text: 'abc release-12' }, []],
    ['no words', { text: '  ' }, [3, 2, 1]],
  ])('given %s, then the runs that fit are found', (_what, query, expected) => {
    expect(sequences(columns, query)).toEqual(expected);
  });

  it('given a receipt, then the run it was issued for is found, by whom may see it', () => {
    expect(sequences(columns, { receiptId: 'rcp_x' }, 2)).toEqual([2]);
    expect(sequences(columns, { receiptId: 'rcp_x', allowed: ['acme'] }, 2)).toEqual([]);
    expect(sequences(columns, { receiptId: 'rcp_x' })).toEqual([]);
  });

  it('given totals, then only what may be seen is counted', () => {
    expect(totalsOf(columns, ['acme'])).toMatchObject({
      ...{ runs: 2, by_tenant: { acme: 2 }, by_mode: { prod: 1, dry_run: 1 } },
      ...{ by_status: { requested: 2, failed: 0 }, by_flag: { held: 1, stalled: 1, drifted: 0 } },
    });
  });
});

it('given any texts and any word, then exactly the rows are found in one of whose lines it stands', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '-', ' '), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(fc.array(letters, { maxLength: 4 }), { maxLength: 12 }), letters, (texts, word) => {
      const runs = texts.map((lines, at) => ({ lines, its: run(at + 1) }));
      const columns = new Columns();
      // Each line comes after those of other runs: texts grow while runs go on.
      for (let line = 0; line < 4; line += 1)
        for (const { lines, its } of runs) {
          addWords(its, lines[line] ?? '');
          columns.set(its);
        }
      const wanted = word.trim().split(/\s+/).filter(Boolean);
      const fits = runs.filter(({ its }) => wanted.every((one) => its.text.includes(one)));
      expect(sequences(columns, { text: word })).toEqual(fits.map(({ its }) => its.firstSequence).reverse());
    }),
  );
});
