import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesRepository } from './operation.js';

describe('a pattern', () => {
  it.each([
    ['acme/widgets', 'acme/widgets', true],
    ['acme/widgets', 'ACME/Widgets', true],
    ['ACME/*', 'acme/anything', true],
    ['*/widgets', 'anyone/widgets', true],
    ['*/*', 'any/thing', true],
    ['acme/widgets', 'acme/widgets2', false],
    ['acme/widgets', 'acme2/widgets', false],
    ['acme/w*', 'acme/widgets', false],
    ['acme/*', 'acme-evil/widgets', false],
    ['acme/.*', 'acme/widgets', false],
    ['acme', 'acme/widgets', false],
    ['acme/', 'acme/widgets', false],
    ['acme/widgets/x', 'acme/widgets', false],
    ['acme/*', 'acme/widgets/x', false],
    ['acme', 'acme/', false],
  ])('given %s and %s, then it is %s', (pattern, name, expected) => {
    expect(matchesRepository(pattern, name)).toBe(expected);
  });

  it('given any two names, then a pattern without a star allows itself alone', () => {
    const name = fc
      .tuple(fc.stringMatching(/^[a-z0-9]{1,8}$/), fc.stringMatching(/^[a-z0-9._-]{1,8}$/))
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(matchesRepository(a, b)).toBe(a === b);
      }),
    );
  });
});
