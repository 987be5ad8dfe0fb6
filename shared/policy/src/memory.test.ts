import { isAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import type { Operation } from '@marketops/contracts';
import { nodeCrypto } from '@marketops/proof/node';
import { expect, it } from 'vitest';
import { createMemory } from './memory.js';
import { openPolicies } from './open.js';
import { wholeCedarRequest } from './request.js';
import { approvedBy, pull, question, release, tag } from './testing/questions.js';

const files = {
  'a.cedar': `
@id("tags") permit (principal, action == Action::"tag_repo", resource) when { context.tag_name like "v*" };
@id("all-of-acme") permit (principal, action, resource) when { resource.owner == "acme" };
@id("two") @reason("r") @remedy("m") @approvals("2")
forbid (principal, action in [Action::"publish_release", Action::"open_pr"], resource) unless { context.approval_count >= 2 };
@id("draft") @reason("r") @remedy("m")
forbid (principal == Principal::"ci", action == Action::"publish_release", resource) when { context.draft };
@id("tenant") @reason("r") @remedy("m") forbid (principal, action, resource) when { context.tenant == "other" };
@id("count") @reason("r") @remedy("m")
forbid (principal, action == Action::"publish_release", resource) when { context.asset_count + 9223372036854775806 < 0 };
`,
};

const asset = { name: 'a', size_bytes: 1, sha256: 'a'.repeat(64), content_type: 'text/plain' };
const operations: readonly Operation[] = [
  ...['v1', 'v2', 'w1'].map((tag_name) => ({ ...tag, tag_name })),
  ...[false, true].map((draft) => ({ ...release, draft })),
  { ...release, assets: [asset, { ...asset, name: 'b' }] },
  pull,
  { ...pull, repository: { id: 2, owner: 'elsewhere', name: 'x' } },
  { ...tag, repository: { id: 2, owner: 'elsewhere', name: 'x' } },
];
const questions = operations.flatMap((operation) =>
  ['ci', 'local'].flatMap((principal) =>
    ['acme', 'other'].flatMap((tenantId) =>
      [[], ['alice'], ['alice', 'bob']].map((names) =>
        question({ operation, principal, tenantId, approvals: approvedBy(names) }),
      ),
    ),
  ),
);

it('F2: given any question, asked once and again, then the answer is Cedar’s own to all the policies and the whole of it', () => {
  const set = openPolicies(nodeCrypto, files);
  const staticPolicies = Object.fromEntries(set.policies.map(({ id, text }) => [id, text]));
  const verdicts = new Set<string>();
  for (const asked of [...questions, ...questions.toReversed(), ...questions]) {
    const whole = isAuthorized({ ...wholeCedarRequest(asked), policies: { staticPolicies } });
    if (whole.type === 'failure') return expect.fail(whole.errors[0]?.message);
    const { decision, diagnostics } = whole.response;
    const answer = set.decide(asked);
    const isAllowed = decision === 'allow' && diagnostics.errors.length === 0;
    expect(answer.allowed).toBe(isAllowed);
    const settling =
      diagnostics.errors.length > 0 ? diagnostics.errors.map(({ policyId }) => policyId) : diagnostics.reason;
    expect([...answer.policies].sort()).toEqual([...settling].sort());
    verdicts.add(answer.allowed ? 'yes' : (answer.reasons[0]?.code ?? ''));
  }
  expect([...verdicts].sort()).toEqual(['policy_error', 'policy_forbids', 'repository_not_allowed', 'yes']);
});

it('given more than it keeps, then what was asked longest ago is forgotten, and what is too long is never kept', () => {
  const memory = createMemory();
  const yes = { decision: 'allow' as const, ids: ['a'] };
  for (let at = 0; at < 1_000; at += 1) memory.put(`${at}`, yes);
  memory.get('0');
  memory.put('1000', yes);
  memory.put('x'.repeat(2_001), yes);
  expect([memory.get('0'), memory.get('1'), memory.get('1000')]).toEqual([yes, undefined, yes]);
  expect(memory.get('x'.repeat(2_001))).toBeUndefined();
});
