import { describe, expect, it } from 'vitest';
import { createAllowList } from './allow-list.js';
import { releaseOperation, tagOperation } from './testing/operations.js';

const at = (owner: string, name: string) => releaseOperation({ repository: { id: 1, owner, name } });
const list = createAllowList({
  accounts: { Acme: {}, globex: {} },
  policy: { publish_release: { repositories: ['acme/*', '*/shared'] } },
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

  it('a kind without a rule is denied, one named like a member of every object too', () => {
    expect(list.allows(tagOperation())).toBe(false);
    const hostile = { ...tagOperation(), kind: 'constructor' } as never;
    expect(list.allows(hostile)).toBe(false);
  });
});
