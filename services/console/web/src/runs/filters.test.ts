import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '../data/search-text.js';
import {
  type Filters,
  filterCount,
  flags,
  isNarrowed,
  kinds,
  parseFilters,
  statuses,
  stillFits,
  withFilters,
} from './filters.js';

const word = fc.string({ minLength: 1, maxLength: 40 });
const time = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const some = <Word extends string>(known: readonly Word[]) =>
  fc.subarray([...known], { minLength: 1, maxLength: known.length });

const anyFilters: fc.Arbitrary<Filters> = fc.record(
  {
    q: word,
    status: some(statuses),
    flag: some(flags),
    mode: fc.constantFrom('dry_run' as const, 'prod' as const),
    kind: fc.constantFrom(...kinds),
    tenant: word,
    repository: word,
    principal: word,
    receipt: word,
    since: time,
    until: time,
  },
  { requiredKeys: [] },
);

describe('the filters of the runs', () => {
  it('come back from the URL as they were put into it', () => {
    fc.assert(
      fc.property(anyFilters, (filters) => {
        const url = stringifySearch({ ...filters });
        expect(parseFilters(parseSearch(url))).toEqual(filters);
      }),
    );
  });

  it('read well in the URL', () => {
    expect(stringifySearch({ q: 'acme/widgets', status: ['failed', 'partial'], since: '' })).toBe(
      '?q=acme/widgets&status=failed,partial',
    );
    expect(stringifySearch({})).toBe('');
  });

  it('drop what does not fit, so that any link opens', () => {
    const odd = { status: 'failed,nonsense', mode: 'PROD', kind: 'x', since: 'yesterday', q: '', other: '1' };
    expect(parseFilters(odd)).toEqual({ status: ['failed'] });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (search) => {
        expect(parseFilters(parseSearch(stringifySearch({ ...parseFilters(search) })))).toEqual(
          parseFilters(search),
        );
      }),
    );
  });

  it('are changed one by one', () => {
    const filters = withFilters({ q: 'a', mode: 'prod' }, { mode: undefined, tenant: 'acme' });
    expect(filters).toEqual({ q: 'a', tenant: 'acme' });
    expect(filterCount(filters)).toBe(1);
    expect([isNarrowed(filters), isNarrowed({ status: ['failed'], flag: ['held'] })]).toEqual([true, false]);
  });
});

describe('a listed run that has changed', () => {
  const run = { status: 'executing', flags: ['held', 'redriven'] } as const;
  const fits = (filters: Parameters<typeof stillFits>[0]) =>
    stillFits(filters, { ...run, flags: [...run.flags] });

  it('stays where its status is one of those looked for, and it has every flag looked for', () => {
    expect([fits({}), fits({ status: ['failed', 'executing'] }), fits({ flag: ['held'] })]).toEqual([
      true,
      true,
      true,
    ]);
    expect([fits({ status: ['failed'] }), fits({ flag: ['held', 'stalled'] })]).toEqual([false, false]);
    expect(fits({ status: ['executing'], flag: ['drifted'] })).toBe(false);
  });
});
