import { describe, expect, it } from 'vitest';
import { Scope } from './scope.js';

describe('a scope', () => {
  it.each([
    ['all', true],
    ['tenant:acme', true],
    ['account:acme-corp', true],
    ['repository:acme/widgets', true],
    ['repository:Acme/Widgets', false],
    ['repository:acme', false],
    ['tenant:', false],
    ['everything', false],
    ['all\n', false],
  ])('O1: given the scope %j, then it is %s', (scope, expected) => {
    expect(Scope.safeParse(scope).success).toBe(expected);
  });
});
