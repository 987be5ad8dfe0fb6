import { freezeScopes, Scope } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../errors.js';
import { type ScopeFlags, scopeArguments, scopeOf } from './scope.js';

describe('the scope that was asked for', () => {
  it.each<[ScopeFlags, string]>([
    [{}, 'all'],
    [{ tenant: 'acme' }, 'tenant:acme'],
    [{ account: 'Acme-Corp' }, 'account:acme-corp'],
    [{ repository: 'Acme/Widgets.JS' }, 'repository:acme/widgets.js'],
  ])('given %j, then %s', (flags, scope) => {
    expect(scopeOf(flags)).toBe(scope);
    expect(Scope.safeParse(scope).success).toBe(true);
  });

  it('given a repository in any case, then it is the scope that a receipt of it names', () => {
    const scopes = freezeScopes('acme', { id: 1, owner: 'Acme', name: 'Widgets' });
    for (const flags of [{}, { tenant: 'acme' }, { account: 'ACME' }, { repository: 'ACME/widgets' }]) {
      expect(scopes).toContain(scopeOf(flags));
    }
  });

  it.each<ScopeFlags>([
    { tenant: 'Acme' },
    { tenant: '' },
    { tenant: 'a b' },
    { account: 'acme/widgets' },
    { account: '*' },
    { repository: 'widgets' },
    { repository: 'acme/*' },
    { repository: 'acme/..' },
    { tenant: 'acme', repository: 'acme/widgets' },
  ])('given %j, then a fault and no scope', (flags) => {
    expect(() => scopeOf(flags)).toThrow(OperatorError);
  });

  it('given a scope, then the flags that name it again', () => {
    expect(scopeArguments('all')).toBe('');
    expect(scopeArguments('repository:acme/widgets')).toBe(' --repository acme/widgets');
  });
});
