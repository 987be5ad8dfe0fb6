import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import { cedar } from './cedar.js';
import { openPolicies } from './open.js';
import type { PolicyQuestion } from './port.js';
import { wholeCedarRequest } from './request.js';
import { policySchema } from './schema.js';
import { approvedBy, attachment, oneOfEach, pull, question, release, tag } from './testing/questions.js';

const permitAll = '@id("all") permit (principal, action, resource);\n';
const twoPeople = `@id("two-people") @reason("Two people approve a release.") @remedy("Ask for approvals.") @approvals("2")
forbid (principal, action == Action::"publish_release", resource) unless { context.approval_count >= 2 };\n`;
const managers = `@id("managers") @reason("A manager approves.") @remedy("Ask a manager.") @approvals("1") @approver_group("rm")
forbid (principal, action == Action::"publish_release", resource) unless { context.approvals.contains("rm:1") };\n`;
const never = `@id("never") @reason("Never.") @remedy("Nothing.")
forbid (principal, action == Action::"publish_release", resource);\n`;

const decide = (text: string, asked: PolicyQuestion) =>
  openPolicies(nodeCrypto, { 'a.cedar': text }).decide(asked);

describe('decide', () => {
  it('given a permit, then yes, with its id', () => {
    const text =
      '@id("acme") permit (principal, action, resource) when { resource.full_name like "acme/*" };';
    expect(decide(text, question())).toEqual({ allowed: true, policies: ['acme'] });
  });

  it('F5: given no permit for the kind, then no, and it says so', () => {
    const text = '@id("tags") permit (principal, action == Action::"tag_repo", resource);';
    expect(decide(text, question({ operation: pull }))).toMatchObject({
      allowed: false,
      policies: [],
      needs: [],
      reasons: [{ code: 'policy_denied', message: 'No policy permits open_pr.' }],
    });
  });

  it('F5: given permits for others, then no, naming what was asked and which permits there are', () => {
    const text =
      '@id("other") permit (principal, action, resource) when { resource.full_name like "acme-evil/*" };';
    const answer = decide(text, question());
    expect(answer).toMatchObject({ allowed: false, reasons: [{ code: 'repository_not_allowed' }] });
    expect(JSON.stringify(answer)).toMatch(/tag_repo on Acme\/Widgets.*other/);
  });

  it('given a forbid beside a permit, then no, with its reason and remedy', () => {
    expect(decide(permitAll + never, question({ operation: release }))).toEqual({
      allowed: false,
      policies: ['never'],
      reasons: [{ code: 'policy_forbids', message: 'never: Never.', remedy: 'Nothing.' }],
      needs: [],
    });
  });

  it('P8: given a policy that cannot be evaluated, then no, even where another permits', () => {
    const overflow = `@id("overflow") @reason("r") @remedy("m")
forbid (principal, action == Action::"publish_release", resource) when { context.asset_count + 9223372036854775807 > 0 };\n`;
    const asset = { name: 'a', size_bytes: 1, sha256: 'a'.repeat(64), content_type: 'text/plain' };
    const answer = decide(permitAll + overflow, question({ operation: { ...release, assets: [asset] } }));
    expect(answer).toMatchObject({
      allowed: false,
      policies: ['overflow'],
      reasons: [{ code: 'policy_error', message: expect.stringContaining('overflow: integer overflow') }],
      needs: [],
    });
  });

  it.each([
    ['a context that is no text', { tenantId: 7 as unknown as string }],
    ['a count that is no number', { approvals: undefined as unknown as [] }],
    ['an operation of no kind', { operation: { ...tag, kind: 'rm_rf' } as unknown as typeof tag }],
    ['no operation', { operation: null as unknown as typeof tag }],
  ])('P8: given %s, then no', (_what, over) => {
    const text =
      '@id("a") permit (principal, action, resource) when { context.tenant == "acme" && context.approval_count >= 0 };';
    expect(decide(text, question(over)).allowed).toBe(false);
  });

  it('given names with capitals, then they are asked about in lower case', () => {
    const text =
      '@id("x") permit (principal == Principal::"ci", action, resource == Repository::"acme/widgets") when { resource.owner == "acme" && resource.name == "widgets" };';
    expect(decide(text, question()).allowed).toBe(true);
    expect(decide(text, question({ principal: 'CI' })).allowed).toBe(false);
  });

  it.each([
    ['tag_name', tag, 'context.tag_name like "v*"', 'context.tag_name == "v2"'],
    ['target_sha', tag, `context.target_sha == "${'a'.repeat(40)}"`, 'context.target_sha == "b"'],
    ['draft', release, '!context.draft && !context.prerelease', 'context.draft || context.prerelease'],
    [
      'assets',
      release,
      'context.asset_count == 0 && context.make_latest == "true"',
      'context.asset_count > 0',
    ],
    [
      'branches',
      pull,
      'context.base_ref == "main" && context.head_ref == "next" && !context.draft',
      'context.base_ref == "next"',
    ],
    [
      'a head of its own',
      { ...pull, labels: ['Docs'] },
      '!context.from_fork && context.head_repository == "acme/widgets" && context.labels.contains("docs")',
      'context.from_fork',
    ],
    [
      'a fork',
      { ...pull, head: { ...pull.head, repository: { id: 2, owner: 'Octocat', name: 'widgets' } } },
      'context.from_fork && context.head_repository == "octocat/widgets" && context.labels.isEmpty()',
      'context.labels.contains("docs")',
    ],
    [
      'a repository of the same name and another number',
      { ...pull, head: { ...pull.head, repository: { ...pull.repository, id: 2 } } },
      'context.from_fork',
      '!context.from_fork',
    ],
    ['tenant', tag, 'context.tenant == "acme"', 'context.tenant == "other"'],
  ])('given conditions on %s, then they hold or not as the operation is', (_what, operation, holds, not) => {
    const when = (condition: string) =>
      `@id("x") permit (principal, action == Action::"${operation.kind}", resource) when { ${condition} };`;
    expect(decide(when(holds), question({ operation })).allowed).toBe(true);
    expect(decide(when(not), question({ operation })).allowed).toBe(false);
  });

  it('given evidence, then a policy can want it', () => {
    const text =
      '@id("x") permit (principal, action, resource) when { context.evidence.contains("ci.result=passed") };';
    const evidence = (value: string) => [{ kind: 'ci.result', value }];
    expect(decide(text, question({ evidence: evidence('passed') })).allowed).toBe(true);
    expect(decide(text, question({ evidence: evidence('failed') })).allowed).toBe(false);
    expect(decide(text, question()).allowed).toBe(false);
  });

  it('given a policy over what is attached, then its name, type and size decide', () => {
    const text = `@id("proofs") permit (principal, action == Action::"attach_release_asset", resource)
when { context.asset_name like "marketops-proof-*" && context.content_type == "application/json" && context.size_bytes < 1000 };`;
    const proof = {
      ...attachment.asset,
      name: 'marketops-proof-run_1.json',
      content_type: 'application/json',
    };
    const asked = (asset: typeof proof) =>
      decide(text, question({ operation: { ...attachment, asset } })).allowed;
    expect(asked(proof)).toBe(true);
    for (const other of [{ name: 'backdoor.sh' }, { content_type: 'text/html' }, { size_bytes: 1_000 }])
      expect(asked({ ...proof, ...other })).toBe(false);
    expect(decide(text, question({ operation: release })).allowed).toBe(false);
  });

  it.each(oneOfEach)('given $kind, then what is asked is what the schema says', (operation) => {
    const asked = question({
      operation,
      approvals: approvedBy(['alice'], ['rm']),
      evidence: [{ kind: 'k', value: 'v' }],
    });
    const answer = cedar((engine) =>
      engine.isAuthorized({
        ...wholeCedarRequest(asked),
        schema: policySchema,
        validateRequest: true,
        policies: { staticPolicies: permitAll },
      }),
    );
    expect(answer).toMatchObject({ type: 'success', response: { decision: 'allow' } });
  });
});

describe('needs', () => {
  const asked = (approvals: PolicyQuestion['approvals'] = []) => question({ operation: release, approvals });
  const need = (policy_id: string, approvals: number, group: string | null) => ({
    policy_id,
    approvals,
    group,
  });

  it('given forbids that approvals would lift, then they are listed until enough have approved', () => {
    const text = permitAll + twoPeople + managers;
    const all = [need('managers', 1, 'rm'), need('two-people', 2, null)];
    expect(decide(text, asked())).toMatchObject({ allowed: false, needs: all });
    expect(decide(text, asked(approvedBy(['alice', 'bob'])))).toMatchObject({
      allowed: false,
      needs: [need('managers', 1, 'rm')],
    });
    expect(decide(text, asked(approvedBy(['mallory'], ['rm'])))).toMatchObject({
      needs: [need('two-people', 2, null)],
    });
    expect(decide(text, asked(approvedBy(['alice', 'bob'], ['rm'])))).toEqual({
      allowed: true,
      policies: ['all'],
    });
  });

  it('given policies that look at what was said, of this kind of operation or as a whole, then they weigh statements', () => {
    const forbid = (kind: string, when: string) =>
      `@id("f") @reason("r") @remedy("r")
forbid (principal, action == Action::"${kind}", resource) when { ${when} };\n`;
    const weighs = (policies: string) =>
      openPolicies(nodeCrypto, { 'a.cedar': permitAll + policies }).weighsStatements('tag_repo');
    expect(weighs('')).toBe(false);
    expect(weighs(forbid('tag_repo', 'context.tag_name == "v1"'))).toBe(false);
    expect(weighs(forbid('publish_release', 'context.approval_count < 2'))).toBe(false);
    expect(weighs(forbid('tag_repo', 'context.approval_count < 2'))).toBe(true);
    expect(weighs(forbid('tag_repo', 'context.approvals.contains("a:1")'))).toBe(true);
    expect(weighs(forbid('tag_repo', 'context.evidence.contains("ci.result=failed")'))).toBe(true);
  });

  it('given one forbid that approvals do not lift, then nothing is asked of people', () => {
    expect(decide(permitAll + twoPeople + never, asked())).toMatchObject({ allowed: false, needs: [] });
  });

  it('given a forbid that says which fact lifts it, then that is wanted, beside people where others want those', () => {
    const ci = `@id("ci") @reason("CI passes first.") @remedy("Run CI.") @evidence("ci.result=passed")
forbid (principal, action, resource) unless { context.evidence.contains("ci.result=passed") };\n`;
    const passed = { kind: 'ci.result', value: 'passed' };
    expect(decide(permitAll + ci, asked())).toMatchObject({ allowed: false, needs: [], evidence: [passed] });
    expect(decide(permitAll + ci + twoPeople, asked())).toMatchObject({
      needs: [need('two-people', 2, null)],
      evidence: [passed],
    });
    expect(decide(permitAll + ci + never, asked())).not.toHaveProperty('evidence');
    expect(decide(permitAll + ci, { ...asked(), evidence: [passed] })).toEqual({
      allowed: true,
      policies: ['all'],
    });
    const lying = ci.replace('@evidence("ci.result=passed")', '@evidence("ci.result=failed")');
    expect(decide(permitAll + lying, asked())).not.toHaveProperty('evidence');
  });

  it('given no permit, then nothing is asked of people', () => {
    const text = `${twoPeople}@id("tags") permit (principal, action == Action::"tag_repo", resource);`;
    expect(decide(text, asked())).toMatchObject({ allowed: false, policies: ['two-people'], needs: [] });
  });

  it('given an annotation that promises more than its condition, then nothing is asked of people, and it stays no', () => {
    const text = permitAll + twoPeople.replace('@approvals("2")', '@approvals("1")');
    expect(decide(text, asked())).toMatchObject({ allowed: false, needs: [] });
    expect(decide(text, asked(approvedBy(['alice'])))).toMatchObject({ allowed: false });
  });

  it('given one person in many groups or twice in one, then it is one approval', () => {
    const approvals = [{ principal: 'alice', groups: ['rm', 'rm', 'qa'] }];
    expect(wholeCedarRequest(asked(approvals)).context).toMatchObject({
      approval_count: 1,
      approvals: ['rm:1', 'qa:1'],
    });
  });
});

describe('explain', () => {
  it('given a no, then it says what every policy of the kind said, and about what', () => {
    const text = `${permitAll}${never}@id("tags") permit (principal, action == Action::"tag_repo", resource);
@id("others") permit (principal, action, resource) when { resource.owner == "other" };`;
    const explained = openPolicies(nodeCrypto, { 'a.cedar': text }).explain(question({ operation: release }));
    expect(explained.words.map(({ rule, says }) => [rule.id, says])).toEqual([
      ['all', 'permits'],
      ['never', 'forbids'],
      ['others', 'nothing'],
    ]);
    expect(explained.answer.allowed).toBe(false);
    expect(explained.asked).toMatchObject({
      principal: 'ci',
      action: 'publish_release',
      resource: 'acme/widgets',
      context: { tag_name: 'v1.0.0' },
    });
  });
});
