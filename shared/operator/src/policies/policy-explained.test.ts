import {
  type EventOf,
  initialOperation,
  initialRun,
  type MarketOpsEvent,
  type PublishRelease,
} from '@marketops/contracts';
import { approvalBy, evidenceBy, testAudience, testKeys } from '@marketops/engine/testing';
import { openPolicies } from '@marketops/policy';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../runs/run-record.js';
import { explainedOperations } from './policy-explained.js';

const keys = testKeys();
const runId = `run_${'0'.repeat(26)}`;
const about = { run_id: runId, plan_digest: 'a'.repeat(64) };
const noon = Date.parse('2026-01-31T12:00:00.000Z');
const minute = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();

const policies = openPolicies(nodeCrypto, {
  'a.cedar': `@id("releases") permit (principal, action, resource);
@id("two-people") @reason("Two people approve.") @remedy("Ask.") @approvals("2")
forbid (principal, action == Action::"publish_release", resource) unless { context.approval_count >= 2 };
@id("ci") @reason("CI failed.") @remedy("Correct it.")
forbid (principal, action, resource) when { context.evidence.contains("ci.result=failed") };`,
});

const operation: PublishRelease = {
  operation_id: 'release',
  kind: 'publish_release',
  repository: { id: 1, owner: 'acme', name: 'widgets' },
  tag_name: 'v1',
  target_sha: 'b'.repeat(40),
  release_name: 'v1',
  body: '',
  draft: false,
  prerelease: false,
  make_latest: 'true',
  assets: [],
};

/** Carried at that time; everything else of the event says nothing here. */
const event = <Type extends MarketOpsEvent['type']>(type: Type, time: number, data: unknown) =>
  ({ type, time: iso(time), data }) as unknown as EventOf<Type>;
const approved = (who: 'alice' | 'bob' | 'ci', time: number, plan_digest = about.plan_digest) =>
  event('approval.granted', time, { approval: approvalBy(keys, who, { ...about, plan_digest }, time) });
const vouched = (value: string, time: number) =>
  event('evidence.recorded', time, { evidence: evidenceBy(keys, about, time, { value }) });

function record(
  run: Partial<RunRecord['run']>,
  state: Partial<RunRecord['operations'][number]['state']> = {},
): RunRecord {
  return {
    runId,
    run: {
      ...initialRun,
      tenantId: 'acme',
      mode: 'prod',
      planned: event('plan.generated', noon, { plan_digest: about.plan_digest }),
      requested: event('plan.requested', noon, { principal: 'carol' }),
      ...run,
    },
    ...{ request: undefined, plan: undefined, events: [], claims: [] },
    contents: { state: 'present', sealed: false },
    operations: [{ id: 'release', state: { ...initialOperation, ...state }, operation, events: [] }],
  };
}

const explain = (of: RunRecord, atMs = noon + 10 * minute) => {
  const now = { keyring: keys.keyring, audience: testAudience, nowIso: iso(atMs) };
  const [one] = explainedOperations(of, policies, now);
  if (one === undefined) throw new Error('nothing was explained');
  return one;
};

describe('explainedOperations', () => {
  it('given one approval, then it counts, and two people are what it needs', () => {
    const one = explain(record({ approvals: [approved('alice', noon)] }));
    expect(one.approvals).toEqual([{ principal: 'alice', groups: ['release-managers'] }]);
    expect(one.explanation?.answer).toMatchObject({
      allowed: false,
      needs: [{ policy_id: 'two-people', approvals: 2, group: null }],
    });
    expect(one.explanation?.words.map(({ rule, says }) => [rule.id, says])).toEqual([
      ['releases', 'permits'],
      ['two-people', 'forbids'],
      ['ci', 'nothing'],
    ]);
  });

  it('given two people, then these policies allow it', () => {
    const one = explain(record({ approvals: [approved('alice', noon), approved('bob', noon)] }));
    expect(one.explanation?.answer.allowed).toBe(true);
  });

  it('given the same person twice, another plan, or a key that is no approver’s, then it counts for nothing more', () => {
    const approvals = [
      approved('alice', noon),
      approved('alice', noon + minute),
      approved('bob', noon, 'f'.repeat(64)),
      approved('ci', noon),
    ];
    expect(explain(record({ approvals })).approvals.map(({ principal }) => principal)).toEqual(['alice']);
  });

  it('given an approval that has run out, then it counts no more; where it was decided before that, it counted', () => {
    const approvals = [approved('alice', noon), approved('bob', noon)];
    const late = noon + 24 * 60 * minute;
    expect(explain(record({ approvals }), late).approvals).toEqual([]);
    const issued = event('receipt.issued', noon + minute, { receipt: { policy_digest: policies.digest } });
    const decided = explain(record({ approvals }, { issued }), late);
    expect(decided.at).toBe(iso(noon + minute));
    expect(decided.decision).toMatchObject({ allowed: true, policyDigest: policies.digest });
    expect(decided.explanation?.answer.allowed).toBe(true);
  });

  it('given words carried after it was decided, then they are not held against it', () => {
    const reasons = [{ code: 'policy_forbids', message: 'two-people: Two people approve.', remedy: 'Ask.' }];
    const advised = event('receipt.advised', noon + minute, {
      advisory: { policy_digest: 'f'.repeat(64), reasons },
    });
    const approvals = [approved('alice', noon), approved('bob', noon + 2 * minute)];
    const one = explain(record({ approvals }, { advised }));
    expect(one.approvals.map(({ principal }) => principal)).toEqual(['alice']);
    expect(one.decision).toEqual({
      allowed: false,
      time: iso(noon + minute),
      policyDigest: 'f'.repeat(64),
      reasons,
    });
  });

  it('given evidence, then the issuer’s latest word counts, and a forged one does not', () => {
    const forged = event('evidence.recorded', noon + 3 * minute, {
      evidence: { ...evidenceBy(keys, about, noon + 3 * minute), value: 'failed' },
    });
    const evidence = [vouched('failed', noon), vouched('passed', noon + minute), forged];
    const one = explain(record({ evidence }));
    expect(one.evidence).toEqual([{ kind: 'ci.result', value: 'passed' }]);
    expect(explain(record({ evidence: evidence.slice(0, 1) })).explanation?.answer.policies).toContain('ci');
  });

  it('given an operation that could not be made whole, then no policy is asked', () => {
    const { operations, ...rest } = record({});
    const [first] = operations;
    if (first === undefined) throw new Error('no operation');
    expect(
      explain({ ...rest, operations: [{ ...first, operation: undefined }] }).explanation,
    ).toBeUndefined();
  });
});
