import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import { allowListPolicy } from './allow-list.js';
import { tagOf } from './testing/plan.js';

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

  it('P8: given a kind named like a member of every object, then it is denied', () => {
    const hostile = { ...tagOf(), kind: 'constructor' } as never;
    expect(ask({}, hostile)).toMatchObject({ allowed: false, reasons: [{ code: 'repository_not_allowed' }] });
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
