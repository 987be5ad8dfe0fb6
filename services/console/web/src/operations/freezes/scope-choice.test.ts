import { describe, expect, it } from 'vitest';
import { scopeOf } from './scope-choice.js';

describe('the scope of a freeze', () => {
  it.each([
    ['all', '', { scope: 'all' }],
    ['repository', ' Acme/Widgets ', { scope: 'repository:acme/widgets' }],
    ['tenant', 'acme', { scope: 'tenant:acme' }],
    ['account', '', { lacks: 'Name the account.' }],
    ['repository', 'widgets', { lacks: 'This names no repository: such as acme/widgets.' }],
    ['account', 'a b', { lacks: 'This names no account: such as acme.' }],
  ] as const)('given %s and "%s", then what it is', (kind, name, expected) => {
    expect(scopeOf(kind, name)).toEqual(expected);
  });
});
