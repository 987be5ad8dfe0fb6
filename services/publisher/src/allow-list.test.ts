import { describe, expect, it } from 'vitest';
import { createAllowList, startCapsOf } from './allow-list.js';
import { releaseOperation, tagOperation } from './testing/operations.js';

const at = (owner: string, name: string) => releaseOperation({ repository: { id: 1, owner, name } });
const list = createAllowList({
  accounts: { Acme: {}, globex: {} },
  publisher: {
    accounts: {
      acme: { kinds: ['publish_release'], repositories: ['acme/*'] },
      globex: { kinds: ['publish_release'], repositories: ['*/shared'] },
    },
  },
});

describe('the publisher’s own allow-list', () => {
  it.each([
    ['acme', 'widgets', true],
    ['ACME', 'Widgets', true],
    ['globex', 'shared', true],
    ['globex', 'widgets', false],
    ['acme-evil', 'shared', false],
    ['acme', '..', true],
  ])('%s/%s: %s', (owner, name, allowed) => {
    expect(list.allows(at(owner, name))).toBe(allowed);
  });

  it('given a section of its own, then accounts and kinds it does not name are not served', () => {
    const fenced = createAllowList({
      accounts: { Acme: {}, globex: {}, initech: {} },
      publisher: { accounts: { ACME: { kinds: ['publish_release'] }, globex: {}, hooli: {} } },
    });
    const tagAt = (owner: string) => tagOperation({ repository: { id: 1, owner, name: 'widgets' } });
    expect(fenced.allows(at('acme', 'widgets'))).toBe(true);
    expect(fenced.allows(tagAt('acme'))).toBe(false);
    expect(fenced.allows(tagAt('globex'))).toBe(true);
    expect(fenced.allows(at('initech', 'widgets'))).toBe(false);
    // Named, and without a credential.
    expect(fenced.allows(at('hooli', 'widgets'))).toBe(false);
    const none = createAllowList({
      accounts: { acme: {} },
      publisher: { accounts: {} },
    });
    expect(none.allows(tagAt('acme'))).toBe(false);
  });

  it('a kind that is not named is denied, one called like a member of every object too', () => {
    expect(list.allows(tagOperation())).toBe(false);
    const hostile = { ...tagOperation(), kind: 'constructor' } as never;
    expect(list.allows(hostile)).toBe(false);
    expect(createAllowList({ accounts: { acme: {} }, publisher: {} }).allows(hostile)).toBe(false);
  });

  it('given no section of its own, then every account with a credential is served, and no other', () => {
    const open = createAllowList({ accounts: { Acme: {} }, publisher: {} });
    expect(open.allows(at('acme', 'widgets'))).toBe(true);
    expect(open.allows(at('globex', 'widgets'))).toBe(false);
  });

  it('caps are those of accounts that have one', () => {
    const accounts = { Acme: { starts_per_hour: 60 }, globex: {} };
    expect([...startCapsOf({ publisher: { accounts } })]).toEqual([['acme', 60]]);
    expect(startCapsOf({ publisher: {} }).size).toBe(0);
  });
});
