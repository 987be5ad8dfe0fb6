import { openPolicies, readCases, runCases } from '@marketops/policy';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import { firstPolicies } from './policy-text.js';

const opened = (repositories: readonly string[]) => {
  const { 'repositories.cedar': cedar = '', 'repositories.test.yml': table = '' } =
    firstPolicies(repositories);
  const set = openPolicies(nodeCrypto, { 'repositories.cedar': cedar });
  return { set, cedar, results: runCases(set, readCases({ 'repositories.test.yml': table })) };
};

describe('firstPolicies', () => {
  it.each([
    ['two repositories', ['acme/widgets', 'acme/website']],
    ['an account', ['acme/*']],
    ['a name in every account', ['*/widgets']],
    ['everything', ['*/*']],
    ['capitals', ['Acme/Widgets']],
    ['names with dots and digits', ['1/2', 'o/.github', 'nobody/nothing']],
    ['more than one policy bears', Array.from({ length: 100 }, (_, index) => `account-${index}/*`)],
    ['many repositories', Array.from({ length: 300 }, (_, index) => `acme/repository-${index}`)],
  ])('given %s, then its own cases hold', (_what, repositories) => {
    const { results } = opened(repositories);
    expect(results.length).toBeGreaterThanOrEqual(3);
    expect(results.filter(({ holds }) => !holds)).toEqual([]);
  });

  it('given accounts and repositories, then those and no other are allowed', () => {
    const { set } = opened(['acme/widgets', 'Octo/*']);
    const allowed = (repository: string) => {
      const given = `cases: [{ name: x, expect: allow, given: { operation: { kind: tag_repo, repository: ${repository}, tag_name: v1 } } }]`;
      return runCases(set, readCases({ 'a.test.yml': given }))[0]?.holds;
    };
    expect(['acme/widgets', 'ACME/Widgets', 'octo/anything'].map(allowed)).toEqual([true, true, true]);
    expect(['acme/widgets2', 'acme/other', 'octo-evil/x', 'x/widgets'].map(allowed)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('given the example for two people, then it holds as it stands once its slashes are gone', () => {
    const { cedar } = opened(['acme/*']);
    const enabled = cedar.replace(/^\/\/ (@|forbid|when|unless)/gm, '$1');
    const set = openPolicies(nodeCrypto, { 'a.cedar': enabled });
    expect(set.policies.map(({ id }) => id)).toContain('two-people-for-a-release');
    const given =
      'cases: [{ name: x, expect: needs_approvals, given: { operation: { kind: publish_release, repository: acme/x, tag_name: v1 } } }]';
    expect(runCases(set, readCases({ 'a.test.yml': given }))).toMatchObject([{ holds: true }]);
  });
});
