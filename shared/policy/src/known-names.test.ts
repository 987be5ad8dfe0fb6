import type { PublicKey } from '@marketops/contracts';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import { PolicyError } from './errors.js';
import { type KnownNames, knownNames } from './known-names.js';
import { openPolicies } from './open.js';

const common = {
  ...{ algorithm: 'ed25519' as const, public_key: 'A'.repeat(44), not_before: '2026-01-01T00:00:00.000Z' },
  revoked_at: null,
};
const keys: readonly PublicKey[] = [
  { ...common, key_id: 'alice-1', purpose: 'approver', principal: 'alice', groups: ['release-managers'] },
  {
    ...{ ...common, key_id: 'bob-1', purpose: 'approver', principal: 'bob', groups: ['security'] },
    revoked_at: '2026-02-01T00:00:00.000Z',
  },
  { ...common, key_id: 'ci-1', purpose: 'evidence', issuer: 'ci', kinds: ['ci.result', 'risk.level'] },
  { ...common, key_id: 'mint-1', purpose: 'mint', actor: 'federation' },
];
const known = knownNames({ ci: { tenants: ['acme'] }, local: { tenants: ['acme', 'acme-labs'] } }, keys);

const forbid = (rest: string) => `@id("no") @reason("r") @remedy("m")\nforbid ${rest};\n`;
const permit = (rest: string) => `@id("yes")\npermit ${rest};\n`;
const any = '(principal, action, resource)';
const opened = (text: string, names: KnownNames | undefined = known) =>
  openPolicies(nodeCrypto, { 'a.cedar': text }, names);

function refusal(text: string, names: KnownNames | undefined = known): PolicyError {
  try {
    opened(text, names);
  } catch (fault) {
    if (fault instanceof PolicyError) return fault;
    throw fault;
  }
  throw new Error('it was taken');
}

it('given a system, then its names are those of marketops.yml and of every key there ever was', () => {
  expect(known).toEqual({
    principals: new Set(['ci', 'local']),
    tenants: new Set(['acme', 'acme-labs']),
    groups: new Set(['release-managers', 'security']),
    evidenceKinds: new Set(['ci.result', 'risk.level']),
  });
});

describe('F2: a name that matches nothing here, by which more is allowed than is written', () => {
  it.each([
    [
      'a principal in its scope',
      forbid('(principal == Principal::"cl", action, resource)'),
      '"cl"; there are "ci", "local"',
    ],
    ['a principal it is in', forbid('(principal in Principal::"cl", action, resource)'), 'principal "cl"'],
    [
      'a principal it is, in one',
      forbid('(principal is Principal in Principal::"cl", action, resource)'),
      'principal "cl"',
    ],
    ['a principal compared', forbid(`${any} when { Principal::"cl" == principal }`), 'principal "cl"'],
    [
      'one principal of a list',
      forbid(`${any} when { [Principal::"ci", Principal::"cl"].contains(principal) }`),
      'principal "cl"',
    ],
    [
      'one principal of a list it is in',
      forbid(`${any} when { principal in [Principal::"ci", Principal::"cl"] }`),
      'principal "cl"',
    ],
    [
      'a tenant',
      forbid(`${any} when { context.tenant == "acne" }`),
      'tenant "acne"; there are "acme", "acme-labs"',
    ],
    [
      'a tenant by its other spelling',
      forbid(`${any} when { context["tenant"] == "acne" }`),
      'tenant "acne"',
    ],
    [
      'a tenant of a list',
      forbid(`${any} when { ["acme", "acne"].contains(context.tenant) }`),
      'tenant "acne"',
    ],
    ['a pattern of tenants', forbid(`${any} when { context.tenant like "acne-*" }`), 'tenant "acne-*"'],
    [
      'a tenant beside others',
      forbid(`${any} when { context.approval_count > 1 || (true && context.tenant == "acne") }`),
      'tenant "acne"',
    ],
    ['a tenant but for a tenant', forbid(`${any} unless { context.tenant != "acne" }`), 'tenant "acne"'],
    ['a tenant, twice negated', forbid(`${any} when { !(!(context.tenant == "acne")) }`), 'tenant "acne"'],
    [
      'a tenant in an if',
      forbid(`${any} when { if context.tenant == "acne" then true else false }`),
      'tenant "acne"',
    ],
    [
      'a tenant behind an if',
      forbid(`${any} when { if context.approval_count > 1 then context.tenant == "acne" else false }`),
      'tenant "acne"',
    ],
    [
      'a tenant that an if yields',
      forbid(`${any} when { context.tenant == (if context.approval_count > 1 then "acne" else "acme") }`),
      'tenant "acne"',
    ],
    [
      'a tenant compared with no',
      forbid(`${any} when { (context.tenant == "acne") == true }`),
      'tenant "acne"',
    ],
    [
      'a group',
      forbid(`${any} when { context.approvals.contains("managers:1") }`),
      'group of approvers "managers"; there are "release-managers", "security"',
    ],
    [
      'all of groups',
      forbid(`${any} when { context.approvals.containsAll(["managers:1"]) }`),
      'group of approvers "managers"',
    ],
    [
      'a kind of evidence',
      forbid(`${any} when { context.evidence.contains("ci.rseult=failed") }`),
      'issuer of "ci.rseult"; there are "ci.result", "risk.level"',
    ],
    [
      'any of some evidence',
      forbid(`${any} when { context.evidence.containsAny(["ci.result=failed", "ci.rseult=failed"]) }`),
      'issuer of "ci.rseult"',
    ],
    [
      'evidence, the other way round',
      forbid(`${any} when { ["ci.rseult=failed"] == context.evidence }`),
      'issuer of "ci.rseult"',
    ],
    [
      'a permit’s exception',
      permit(`${any} unless { context.tenant == "acne" }`),
      'permits more than it says',
    ],
    [
      'a permit’s negation',
      permit(`${any} when { principal != Principal::"cl" }`),
      'permits more than it says',
    ],
  ])('given %s, then the policies are refused, naming those there are', (_what, text, said) => {
    const fault = refusal(text);
    expect(fault.code).toBe('policy_name_unknown');
    expect(fault.message).toContain(said);
    expect(fault.faults).toHaveLength(1);
    expect(fault.next).toContain('marketops.yml');
  });

  it('then it says in which file, of which policy and where, even if an annotation has the same text', () => {
    const text = `${permit(any)}// "acne"\n@id("not-acne") @reason("acne") @remedy("(\\"acne\\") forbid")\nforbid ${any}\nwhen {\n  context.tenant == "acne" };\n`;
    const fault = refusal(text);
    expect([fault.file, fault.place]).toEqual(['a.cedar', { line: 7, column: 21 }]);
    expect(fault.faults).toMatchObject([{ path: 'a.cedar', policy: 'not-acne', line: 7, column: 21 }]);
    expect(fault.message).toContain('a.cedar:7:21: not-acne: there is no tenant "acne"');
    expect(fault.message).toContain('forbids less than it says');
  });

  it('given several, then all are told, each once', () => {
    const when = 'context.tenant == "acne" || context.tenant == "acne" || principal == Principal::"cl"';
    expect(refusal(forbid(`${any} when { ${when} }`)).faults).toHaveLength(2);
  });

  it('given nothing of the sort is known, then it says that there is none', () => {
    const none = knownNames({}, []);
    const text = forbid(`${any} when { context.evidence.contains("ci.result=failed") }`);
    expect(refusal(text, none).message).toContain('"ci.result"; there are none at all');
  });
});

describe('a name that matches nothing here, by which less is allowed than is written', () => {
  it.each([
    ['a permit’s principal', permit('(principal == Principal::"cl", action, resource)'), 'principal "cl"'],
    ['a permit’s tenant', permit(`${any} when { context.tenant == "acne" }`), 'tenant "acne"'],
    ['a permit’s pattern', permit(`${any} when { context.tenant like "ac*n*e" }`), 'tenant "ac*n*e"'],
    [
      'a forbid’s exception',
      forbid(`${any} unless { context.approvals.contains("managers:1") }`),
      '"managers"',
    ],
    [
      'a forbid’s negation',
      forbid(`${any} when { !context.evidence.contains("ci.rseult=passed") }`),
      '"ci.rseult"',
    ],
    [
      'a forbid of all others',
      forbid('(principal, action, resource) when { principal != Principal::"cl" }'),
      '"cl"',
    ],
    [
      'who is asked',
      `@id("no") @reason("r") @remedy("m") @approvals("1") @approver_group("managers")\nforbid ${any};`,
      '@approver_group',
    ],
    [
      'what is waited for',
      `@id("no") @reason("r") @remedy("m") @evidence("ci.rseult=passed")\nforbid ${any};`,
      '@evidence',
    ],
  ])('given %s, then they are taken, and it is told', (_what, text, said) => {
    const { doubts } = opened(text);
    expect(doubts).toEqual([
      expect.objectContaining({ path: 'a.cedar', message: expect.stringContaining(said) }),
    ]);
  });
});

it.each([
  [
    'every name there is',
    `principal == Principal::"ci" && context.tenant == "acme" && context.tenant like "*-labs" && context.tenant like "acme"`,
  ],
  ['a former approver’s group', 'context.approvals.containsAny(["security:2", "release-managers:10"])'],
  ['a kind with any value', 'context.evidence.contains("risk.level=unheard-of")'],
  ['another text', 'context.tenant == "acme" && (if resource.owner == "acne" then true else false)'],
])('given a forbid with %s, then nothing is wrong with it', (_what, when) => {
  expect(opened(forbid(`${any} when { ${when} }`)).doubts).toEqual([]);
});

describe('F2: a name that no question of any system has', () => {
  it.each([
    ['a principal with a capital', '(principal == Principal::"CI", action, resource)', 'names of principals'],
    ['a tenant with a capital', `${any} when { context.tenant == "Acme" }`, 'names of tenants'],
    ['a pattern with a capital', `${any} when { context.tenant like "Acme*" }`, 'names of tenants'],
    ['a group without a number', `${any} unless { context.approvals.contains("security") }`, '<group>:<n>'],
    [
      'the eleventh of a group',
      `${any} unless { context.approvals.contains("security:11") }`,
      'from 1 to 10',
    ],
    [
      'evidence without a value',
      `${any} unless { context.evidence.contains("ci.result") }`,
      '<kind>=<value>',
    ],
    [
      'evidence with spaces',
      `${any} when { context.evidence.contains("ci.result = failed") }`,
      '<kind>=<value>',
    ],
  ])('given %s, then the policies are refused without knowing the system', (_what, rest, said) => {
    const fault = refusal(forbid(rest), undefined);
    expect(fault.code).toBe('policy_invalid');
    expect(fault.message).toContain(said);
  });
});
