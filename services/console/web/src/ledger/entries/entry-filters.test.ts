import { describe, expect, it } from 'vitest';
import { entrySearch, parseEntryFilters, streamOf } from './entry-filters.js';

const runId = `run_${'0'.repeat(26)}`;

describe('the filters of entries in a URL', () => {
  it('given a type, a stream and an entry, then these', () => {
    const search = entrySearch('entries', { type: 'receipt.issued', stream: `op/${runId}/tag`, upTo: 42 });
    expect(search['view']).toBe('entries');
    expect(parseEntryFilters(search)).toEqual({
      ...{ type: 'receipt.issued', stream: `op/${runId}/tag`, upTo: 42 },
    });
  });

  it('given what fits nothing, then it is dropped', () => {
    expect(parseEntryFilters({ type: 'a b', stream: '../etc', entry: '-1' })).toEqual({});
    expect(parseEntryFilters(entrySearch('entries', {}))).toEqual({});
  });

  it('given a run’s id, then its stream', () => {
    expect(streamOf(` ${runId} `)).toBe(`run/${runId}`);
    expect(streamOf('system')).toBe('system');
  });
});
