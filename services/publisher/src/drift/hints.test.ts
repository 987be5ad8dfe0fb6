import { createLog, hintKey } from '@marketops/engine';
import { describe, expect, it, vi } from 'vitest';
import { pullOperation, repository, tagOperation } from '../testing/operations.js';
import { useRedis } from '../testing/use-redis.js';
import { openHints } from './hints.js';

const redis = useRedis();
const limits = { seenMax: 2, namesMax: 2, repositoriesMax: 1 };

describe('hints of an account', () => {
  it('given more than fits, then no more is added, the log says so once, and no name passes for complete', async () => {
    const log = createLog('publisher', 'silent');
    const warned = vi.spyOn(log, 'warn');
    const hints = openHints(redis.admin, 'acme', log, limits);
    for (const [at, tag_name] of ['a', 'b'].entries()) {
      expect(await hints.isFull()).toBe(false);
      await hints.note(`run/${tag_name}`, tagOperation({ tag_name }), at);
    }
    expect(warned).not.toHaveBeenCalled();
    for (const [at, tag_name] of ['c', 'd', 'e'].entries())
      await hints.note(`run/${tag_name}`, tagOperation({ tag_name }), 10 + at);
    expect(await hints.isFull()).toBe(true);
    expect(await hints.candidates(repository.id, 'b')).toEqual(['run/b']);
    expect(await hints.candidates(repository.id, 'c')).toEqual([]);
    expect(await hints.oldest(10)).toEqual(['run/d', 'run/e']);
    expect(warned.mock.calls).toEqual([
      [expect.objectContaining({ code: 'hints_full', account: 'acme', what: 'names' }), expect.any(String)],
    ]);
  });

  it('given more repositories than are looked at, then a new one is not noted, and one that was renamed is', async () => {
    const hints = openHints(redis.admin, 'acme', createLog('publisher', 'silent'), limits);
    await hints.note('run/a', pullOperation(), 0);
    const renamed = { ...repository, name: 'gadgets' };
    await hints.note('run/b', pullOperation({ repository: renamed }), 1);
    await hints.note('run/c', pullOperation({ repository: { ...renamed, id: repository.id + 1 } }), 2);
    expect(await hints.repositories()).toEqual([{ id: repository.id, fullName: 'acme/gadgets' }]);
    expect(await redis.admin.hlen(hintKey('acme', 'repositories'))).toBe(1);
  });
});
