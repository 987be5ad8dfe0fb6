import { nodeCrypto } from '@marketops/proof/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowListPolicy, matches } from './allow-list.js';
import { tagOf } from './testing/plan.js';

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
  ])('given %s and %s, then it is %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  it('given any two names, then a pattern without a star allows itself alone', () => {
    const name = fc
      .tuple(fc.stringMatching(/^[a-z0-9]{1,8}$/), fc.stringMatching(/^[a-z0-9._-]{1,8}$/))
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(matches(a, b)).toBe(a === b);
      }),
    );
  });
});

describe('the allow-list', () => {
  const ask = (rules: Parameters<typeof allowListPolicy>[1], operation = tagOf()) =>
    allowListPolicy(nodeCrypto, rules).decide({ operation, tenantId: 'acme', principal: 'ci' });

  it('F2: given nothing is listed, then everything is denied, with what would change it', () => {
    const answer = ask({});
    expect(answer).toMatchObject({ allowed: false, reasons: [{ code: 'repository_not_allowed' }] });
    expect(answer.allowed ? '' : answer.reasons[0]?.remedy).toContain('policy.tag_repo.repositories');
  });

  it('F2: given a repository is listed for another kind, then this kind is denied', () => {
    expect(ask({ publish_release: { repositories: ['acme/*'] } }).allowed).toBe(false);
    expect(ask({ tag_repo: { repositories: ['other/x', 'acme/widgets'] } }).allowed).toBe(true);
  });

  it('given other rules, then it has another digest: a receipt says which policy it was made under', () => {
    const digests = [
      {},
      { tag_repo: { repositories: ['a/b'] } },
      { tag_repo: { repositories: ['a/c'] } },
    ].map((rules) => allowListPolicy(nodeCrypto, rules).digest);
    expect(new Set(digests).size).toBe(3);
    expect(allowListPolicy(nodeCrypto, {}).digest).toBe(digests[0]);
  });
});
