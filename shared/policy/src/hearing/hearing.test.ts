import type {
  Approval,
  ApprovalClaims,
  EventOf,
  Evidence,
  EvidenceClaims,
  RunState,
} from '@marketops/contracts';
import { openKeyring, signApproval, signEvidence } from '@marketops/proof';
import { generateSigningKey, loadSigningKey, nodeCrypto } from '@marketops/proof/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evidenceFault,
  factText,
  type Hearing,
  hear,
  redriverOf,
  requestersOf,
  type Said,
  type Subject,
} from './index.js';

const nowMs = Date.parse('2026-03-01T12:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const minute = 60_000;
const day = 24 * 60 * minute;
const audience = { environment: 'test', api_origin: 'https://api.github.test', log_origin: 'x.test/log' };
const [runId, planDigest] = [`run_${'a'.repeat(26)}`, 'a'.repeat(64)];

const people = ['alice', 'bob', 'carol'] as const;
type Person = (typeof people)[number];
const pairs = new Map(
  [...people, 'ci'].map((name) => {
    const { privatePem, publicRawBase64 } = generateSigningKey();
    return [name, { key: loadSigningKey(privatePem), publicRawBase64 }];
  }),
);
const keyOf = (name: string) => {
  const pair = pairs.get(name);
  if (pair === undefined) throw new RangeError(name);
  return pair;
};
const listed = (name: string) => ({
  ...{ key_id: `${name}-1`, algorithm: 'ed25519' as const, public_key: keyOf(name).publicRawBase64 },
  ...{ not_before: '2020-01-01T00:00:00.000Z', revoked_at: null },
});
/** As after the removal of these, a minute ago. */
const keyringWithout = (removed: readonly string[]) =>
  openKeyring(nodeCrypto, {
    ...{ version: 1, environment: audience.environment, log_origin: audience.log_origin },
    keys: [
      ...people.map((principal) => ({
        ...{ ...listed(principal), purpose: 'approver' as const, principal, groups: ['release-managers'] },
        revoked_at: removed.includes(principal) ? iso(nowMs - minute) : null,
      })),
      { ...listed('ci'), purpose: 'evidence' as const, issuer: 'ci', kinds: ['ci.result'] },
    ],
  });
const subject: Subject = {
  ...{ crypto: nodeCrypto, keyring: keyringWithout([]), audience, nowMs, runId, planDigest },
  requesters: new Set(['carol']),
  redriver: null,
};

let ids = 0;
const ulid = (): string => (++ids).toString().padStart(26, '0');
function approvalBy(approver: Person, over: Partial<ApprovalClaims> = {}): Approval {
  const claims: ApprovalClaims = {
    ...{ version: 1, approval_id: ulid(), verdict: 'grant', run_id: runId, plan_digest: planDigest },
    ...{ operations: 'all', audience, approver, key_id: `${approver}-1`, reason: null, withdraws: null },
    ...{ issued_at: iso(nowMs - 10 * minute + ids), expires_at: iso(nowMs + 10 * minute) },
    ...over,
  };
  return signApproval(nodeCrypto, claims, keyOf(approver).key);
}
const withdrawalOf = ({ approver, approval_id }: Approval, over: Partial<ApprovalClaims> = {}): Approval =>
  approvalBy(approver as Person, { verdict: 'withdraw', withdraws: approval_id, ...over });
function evidenceBy(over: Partial<EvidenceClaims> = {}): Evidence {
  const claims: EvidenceClaims = {
    ...{ version: 1, evidence_id: ulid(), issuer: 'ci', key_id: 'ci-1', kind: 'ci.result', value: 'passed' },
    ...{ run_id: runId, plan_digest: planDigest, environment: audience.environment },
    ...{ issued_at: iso(nowMs - 10 * minute + ids), expires_at: iso(nowMs + 10 * minute) },
    ...over,
  };
  return signEvidence(nodeCrypto, claims, keyOf('ci').key);
}

/** As carried to the run; nothing else of the events is looked at. */
const said = (approvals: readonly Approval[], evidence: readonly Evidence[] = []): Said => ({
  approvals: approvals.map((approval) => ({ time: iso(nowMs), data: { approval } })),
  evidence: evidence.map((one) => ({ data: { evidence: one } })),
});
const heard = (approvals: readonly Approval[], at: Subject = subject): Hearing => hear(at, said(approvals));
const faultsOf = (approvals: readonly Approval[], at = subject, operation = 'tag') =>
  heard(approvals, at).approvals.map(({ faultFor }) => faultFor(operation) ?? 'counts');

describe('O2: who has approved', () => {
  it('given yeses of two people, then each counts once, by name, with the groups the keyring lists', () => {
    const hearing = heard([approvalBy('bob'), approvalBy('alice'), approvalBy('bob')]);
    expect(hearing.grants('tag')).toMatchObject([
      { principal: 'alice', groups: ['release-managers'] },
      { principal: 'bob', groups: ['release-managers'] },
    ]);
    expect(hearing.denials('tag')).toEqual([]);
  });

  it('given a no after a yes, then the no counts, with its reason, and the yes is told to be overtaken', () => {
    const words = [approvalBy('alice'), approvalBy('alice', { verdict: 'deny', reason: 'the wrong tag' })];
    const { grants, denials } = heard(words);
    expect(grants('tag')).toEqual([]);
    expect(denials('tag')).toMatchObject([{ principal: 'alice', reason: 'the wrong tag' }]);
    expect(faultsOf(words)).toEqual(['the same person has said something else since', 'counts']);
  });

  it('given who ordered the redrive, then their yes does not count, of before the order or after it, and their no does', () => {
    const redriven = { ...subject, redriver: 'alice' };
    const yeses = [approvalBy('alice'), approvalBy('bob')];
    expect(heard(yeses, redriven).grants('tag')).toMatchObject([{ principal: 'bob' }]);
    expect(faultsOf(yeses, redriven)).toEqual(['nobody approves what they ordered themselves', 'counts']);
    const no = approvalBy('alice', { verdict: 'deny', reason: 'not this one' });
    expect(heard([no], redriven).denials('tag')).toMatchObject([{ principal: 'alice' }]);
    // A yes after it takes their no back, and is itself worth nothing.
    const changed = [no, approvalBy('alice', { issued_at: iso(nowMs) })];
    const { grants, denials } = heard(changed, redriven);
    expect([grants('tag'), denials('tag')]).toEqual([[], []]);
  });

  it('given a no of one operation, then the yes before it counts for the others', () => {
    const words = [approvalBy('alice'), approvalBy('alice', { verdict: 'deny', operations: ['tag'] })];
    expect(faultsOf(words, subject, 'tag')).toEqual([
      'the same person has said something else since',
      'counts',
    ]);
    expect(faultsOf(words, subject, 'pr')).toEqual(['counts', 'it is about other operations']);
    expect(heard(words).grants('pr')).toHaveLength(1);
  });

  it('given a yes taken back, then it does not count, also when the withdrawal is carried first or has run out', () => {
    const yes = approvalBy('alice');
    const runOut = withdrawalOf(yes, { expires_at: iso(nowMs - 1) });
    for (const words of [
      [yes, withdrawalOf(yes)],
      [withdrawalOf(yes), yes],
      [yes, runOut],
    ]) {
      expect(heard(words).grants('tag')).toEqual([]);
      expect(faultsOf(words).toSorted()).toEqual(['counts', 'it was withdrawn']);
    }
  });

  it('given one word carried twice, then both are the same word', () => {
    const yes = approvalBy('alice');
    expect(faultsOf([yes, yes])).toEqual(['counts', 'counts']);
    expect(heard([yes, yes]).grants('tag')).toHaveLength(1);
  });

  it('F3: given a removed approver, then their yes is nobody’s, and what took a yes back still does', () => {
    const yes = approvalBy('alice');
    const taken = [yes, withdrawalOf(yes)];
    const denied = [yes, approvalBy('alice', { verdict: 'deny' })];
    const gone = { ...subject, keyring: keyringWithout(['alice']) };
    expect(faultsOf([yes], gone)).toEqual([expect.stringContaining('revoked')]);
    expect(heard(taken, gone).grants('tag')).toEqual([]);
    expect(heard(denied, gone).denials('tag')).toEqual([]);
  });

  const worthless: Readonly<Record<string, readonly [Approval, string]>> = {
    'about another run': [
      approvalBy('alice', { run_id: `run_${'b'.repeat(26)}` }),
      'it is about another run',
    ],
    'about another plan': [approvalBy('alice', { plan_digest: 'b'.repeat(64) }), 'it is about another plan'],
    'for another environment': [
      approvalBy('alice', { audience: { ...audience, environment: 'prod' } }),
      'it is for another environment',
    ],
    'of who asked for the run': [approvalBy('carol'), 'nobody approves their own plan'],
    'that has run out': [approvalBy('alice', { expires_at: iso(nowMs) }), `it expired at ${iso(nowMs)}`],
    'valid for eight days': [
      approvalBy('alice', { expires_at: iso(nowMs + 8 * day) }),
      'it is valid for too long, or never',
    ],
    'of the future': [approvalBy('alice', { issued_at: iso(nowMs + 30_001) }), 'it was signed for'],
    'that was altered': [{ ...approvalBy('alice'), reason: 'altered' }, 'The signature does not hold.'],
    'by another’s key': [approvalBy('bob', { approver: 'alice' }), 'is not one of'],
  };
  it.each(Object.entries(worthless))(
    'given one %s, then it does not count, and it is told why',
    (_what, [one, why]) => {
      expect(faultsOf([one])).toEqual([expect.stringContaining(why)]);
      expect(heard([one]).grants('tag')).toEqual([]);
    },
  );

  it('given any words, however they are carried, then exactly those without a fault are the grants and denials', () => {
    const word = fc.record({
      by: fc.constantFrom(...people),
      verdict: fc.constantFrom('grant', 'grant', 'deny', 'withdraw'),
      operations: fc.constantFrom('all' as const, ['tag'], ['pr']),
      isOver: fc.boolean(),
      takesBack: fc.nat(5),
    });
    const scenario = fc
      .array(word, { maxLength: 6 })
      .chain((words) =>
        fc.tuple(
          fc.constant(words),
          fc.shuffledSubarray([...words.keys()], { minLength: words.length }),
          fc.subarray([...people]),
        ),
      );
    let counted = 0;
    fc.assert(
      fc.property(scenario, ([words, order, removed]) => {
        const signed: Approval[] = [];
        for (const { by, verdict, operations, isOver, takesBack } of words) {
          const withdraws = verdict === 'withdraw' ? (signed[takesBack]?.approval_id ?? ulid()) : null;
          const over = isOver ? { expires_at: iso(nowMs - 1) } : {};
          signed.push(approvalBy(by, { verdict, operations, withdraws, ...over }));
        }
        const at = { ...subject, keyring: keyringWithout(removed) };
        const hearing = heard(
          order.flatMap((index) => signed[index] ?? []),
          at,
        );
        for (const operation of ['tag', 'pr']) {
          const [grants, denials] = [hearing.grants(operation), hearing.denials(operation)];
          const withoutFault = (wanted: Approval['verdict']) =>
            hearing.approvals
              .filter(
                ({ approval, faultFor }) => approval.verdict === wanted && faultFor(operation) === undefined,
              )
              .map(({ approval }) => approval.approver)
              .toSorted();
          expect(grants.map(({ principal }) => principal)).toEqual(withoutFault('grant'));
          expect(denials.map(({ principal }) => principal)).toEqual(withoutFault('deny'));
          expect(heard(signed, at).grants(operation)).toEqual(grants);
          counted += grants.length + denials.length;
        }
      }),
      { numRuns: 200 },
    );
    expect(counted).toBeGreaterThan(20);
  });
});

describe('F3: what issuers vouch for', () => {
  const faults = (...evidence: readonly Evidence[]) =>
    hear(subject, said([], evidence)).statements.map(({ fault }) => fault ?? 'counts');
  const facts = (...evidence: readonly Evidence[]) =>
    hear(subject, said([], evidence)).evidence.map(factText);

  it('given two statements of one kind, then the later signed counts, however they are carried', () => {
    const [before, after] = [evidenceBy({ value: 'failed' }), evidenceBy()];
    expect(facts(before, after)).toEqual(['ci.result=passed']);
    expect(facts(after, before)).toEqual(['ci.result=passed']);
    expect(faults(after, before, after)).toEqual(['counts', 'its issuer has said something since', 'counts']);
  });

  it('given the latest has run out, then none counts', () => {
    const runOut = evidenceBy({ issued_at: iso(nowMs - minute), expires_at: iso(nowMs) });
    expect(facts(evidenceBy(), runOut)).toEqual([]);
    expect(faults(evidenceBy(), runOut)).toEqual([
      'its issuer has said something since',
      `it expired at ${iso(nowMs)}`,
    ]);
  });

  it.each([
    ['about another run', evidenceBy({ run_id: `run_${'b'.repeat(26)}` }), 'it is about another run'],
    ['about another plan', evidenceBy({ plan_digest: 'b'.repeat(64) }), 'it is about another plan'],
    ['for another environment', evidenceBy({ environment: 'prod' }), 'it is for another environment'],
    ['of the future', evidenceBy({ issued_at: iso(nowMs + 30_001) }), 'it was signed for'],
    ['of a kind its issuer may not vouch for', evidenceBy({ kind: 'risk.level' }), 'does not vouch for'],
    ['that was altered', { ...evidenceBy(), value: 'failed' }, 'The signature does not hold.'],
  ])('given one %s, then it does not count, and it is told why', (_what, one, why) => {
    expect(faults(one)).toEqual([expect.stringContaining(why)]);
    expect(evidenceFault(subject, one)).toContain(why);
    expect(facts(one, evidenceBy())).toEqual(['ci.result=passed']);
  });

  it('given one that counts, then alone it has no fault either', () => {
    expect(evidenceFault(subject, evidenceBy())).toBeUndefined();
  });
});

it('O2: given a plan and the request it came from, then whoever either names asked for the run', () => {
  const run = { requested: { data: { principal: 'ci' } } } as RunState;
  expect([...requestersOf(run, { principal: 'alice' })].toSorted()).toEqual(['alice', 'ci']);
  expect([...requestersOf({}, undefined)]).toEqual([]);
});

it('O2: given an order that opened the run again, then whoever gave it is known', () => {
  expect(redriverOf({})).toBeNull();
  const redriven = { data: { command: { principal: 'bob' } } } as EventOf<'run.redriven'>;
  expect(redriverOf({ redriven })).toBe('bob');
});
