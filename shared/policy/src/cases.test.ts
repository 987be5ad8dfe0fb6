import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import { readCases } from './case-table.js';
import { diffPolicies } from './diff.js';
import { openPolicies } from './open.js';
import { runCases } from './run-cases.js';
import { testPolicyFiles } from './testing/index.js';

const tagCase = `  - name: a tag
    given: { operation: { kind: tag_repo, repository: Acme/Widgets, tag_name: v1 } }
    expect: allow
`;
const table = (text: string) => ({ 'a.test.yml': text });

describe('readCases', () => {
  it('given a table, then its cases, with what it says for all of them', () => {
    const text = `given: { principal: ci, tenant: other, evidence: { ci.result: passed } }
cases:
${tagCase}  - name: a release
    given:
      tenant: acme
      approvals: [{ by: alice, groups: [rm] }]
      operation: { kind: publish_release, repository: acme/widgets, tag_name: v1, asset_count: 2 }
    expect: deny
    by: [x]
`;
    const [first, second] = readCases(table(text));
    expect(first).toMatchObject({
      file: 'a.test.yml',
      line: 3,
      question: { principal: 'ci', tenantId: 'other', evidence: [{ kind: 'ci.result', value: 'passed' }] },
      expect: 'allow',
    });
    expect(second).toMatchObject({
      line: 6,
      by: ['x'],
      question: { principal: 'ci', tenantId: 'acme', approvals: [{ principal: 'alice', groups: ['rm'] }] },
    });
    expect(second?.question.operation).toMatchObject({ assets: [{ name: 'asset-0' }, { name: 'asset-1' }] });
  });

  it.each([
    ['an unknown key', `cases:\n${tagCase}    becuse: [x]\n`, 2, 'becuse'],
    ['an outcome that is none', `cases:\n${tagCase.replace('allow', 'maybe')}`, 4, 'expect'],
    [
      'a field of another kind',
      `cases:\n${tagCase.replace('tag_name: v1', 'tag_name: v1, draft: true')}`,
      3,
      'draft',
    ],
    ['no operation', 'cases:\n  - name: x\n    given: {}\n    expect: deny\n', 3, 'operation'],
    ['no cases', 'given: {}\n', 1, 'cases'],
    ['a key twice', `cases:\n${tagCase}    expect: deny\n`, 5, 'unique'],
    ['no YAML', 'cases: [', 1, ''],
    ['an alias to nothing', 'cases: *x\n', undefined, 'YAML'],
    ['brackets without end', `cases: ${'['.repeat(20_000)}`, undefined, ''],
    ['more than a file may hold', `# ${'x'.repeat(70_000)}`, undefined, '65536'],
  ])('given %s, then it refuses with the place', (_what, text, line, said) => {
    let thrown: unknown;
    try {
      readCases(table(text));
    } catch (fault) {
      thrown = fault;
    }
    expect(thrown).toMatchObject({ code: 'policy_test_invalid', file: 'a.test.yml' });
    expect((thrown as Error).message).toContain(said);
    if (line !== undefined) expect(thrown).toMatchObject({ place: { line } });
  });
});

describe('runCases', () => {
  const set = openPolicies(nodeCrypto, testPolicyFiles);
  const results = (text: string) => runCases(set, readCases(table(text)));

  it('given what comes, then it holds', () => {
    expect(results(`cases:\n${tagCase}    by: [acme]\n`)).toMatchObject([
      { holds: true, outcome: 'allow', by: ['acme'] },
    ]);
  });

  it.each([
    ['another outcome', `cases:\n${tagCase.replace('expect: allow', 'expect: deny')}`],
    ['other policies', `cases:\n${tagCase}    by: [other]\n`],
    ['more policies', `cases:\n${tagCase}    by: [acme, other]\n`],
    ['fewer policies', `cases:\n${tagCase}    by: []\n`],
  ])('given %s, then it does not hold', (_what, text) => {
    expect(results(text)).toMatchObject([{ holds: false }]);
  });
});

describe('diffPolicies', () => {
  const before = openPolicies(nodeCrypto, {
    'a.cedar':
      '@id("same") permit (principal, action, resource) when { resource.owner == "x" };\n@id("gone") permit (principal, action, resource);\n@id("other") permit (principal, action, resource) when { resource.owner == "a" };',
  });
  const after = openPolicies(nodeCrypto, {
    'b.cedar':
      '@id("same") permit (principal, action, resource) when { resource.owner == "x" };\n@id("new") permit (principal, action, resource) when { resource.owner == "n" };\n@id("other") permit (principal, action, resource) when { resource.owner == "b" };',
  });
  const cases = readCases(table(`cases:\n${tagCase}`));

  it('given two sets, then what was added, removed and changed, and the decisions that change', () => {
    const { added, removed, changed, decisions } = diffPolicies(before, after, cases);
    expect(added.map(({ id }) => id)).toEqual(['new']);
    expect(removed.map(({ id }) => id)).toEqual(['gone']);
    expect(changed.map((one) => one.after.id)).toEqual(['other']);
    expect(decisions).toMatchObject([
      { before: { outcome: 'allow', by: ['gone'] }, after: { outcome: 'deny' } },
    ]);
  });

  it('given the same set, then nothing', () => {
    expect(diffPolicies(before, before, cases)).toEqual({
      added: [],
      removed: [],
      changed: [],
      decisions: [],
    });
  });
});
