import { type Approval, initialRun, type RunState } from '@marketops/contracts';
import { approvalBy, evidenceBy, testAudience, testKeys } from '@marketops/engine/testing';
import { openKeyring, signApproval } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import { approvalClaims } from './approval-claims.js';
import { refuseForeignStatement, type StatementDraft } from './foreign-statement.js';
import type { ShownPlan } from './shown-plan.js';

const nowMs = Date.parse('2026-01-31T12:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();
const keys = testKeys();
const runId = `run_${'a'.repeat(26)}`;
const planDigest = 'd'.repeat(64);
const about = { run_id: runId, plan_digest: planDigest };
const planned = { data: { plan_digest: planDigest } } as unknown as NonNullable<RunState['planned']>;
const run: RunState = { ...initialRun, planned };
const types = { grant: 'approval.granted', deny: 'approval.denied', withdraw: 'approval.withdrawn' } as const;
const by = (over: Partial<Approval> = {}, who: 'alice' | 'bob' = 'alice') =>
  approvalBy(keys, who, about, nowMs, over);
const refuse = (event: StatementDraft, keyring = keys.keyring, atMs = nowMs) =>
  refuseForeignStatement({ runId, run }, event, { keyring, audience: testAudience, nowIso: iso(atMs) });
const carry = (approval: Approval, keyring = keys.keyring, atMs = nowMs) =>
  refuse({ type: types[approval.verdict], data: { approval } }, keyring, atMs);
const refusal = (why: string, code = 'signature_refused') =>
  expect.objectContaining({ code, message: expect.stringContaining(why) }) as Error;

/** As the keyring stands when alice has been removed. */
const withoutAlice = () =>
  openKeyring(nodeCrypto, {
    ...keys.published,
    keys: keys.published.keys.map((key) =>
      key.key_id === 'alice-1' && key.purpose === 'approver'
        ? { ...key, not_after: iso(nowMs + 1_000) }
        : key,
    ),
  });

describe('F3: a word that was signed elsewhere', () => {
  it.each(['grant', 'deny', 'withdraw'] as const)(
    'given it is the approver’s own %s, then it is carried',
    (verdict) => {
      expect(() => carry(by({ verdict }))).not.toThrow();
    },
  );

  it('given it was made here to be signed, then its digest is that of the plan that was shown', () => {
    const { keyId, key } = keys.outside('alice');
    const shown = { record: { runId }, digest: planDigest } as unknown as ShownPlan;
    const claims = approvalClaims(shown, {
      ...{ verdict: 'grant', operations: 'all', withdraws: null, approver: 'alice', keyId, reason: null },
      ...{ audience: testAudience, nowMs, expiresMs: 60_000 },
    });
    expect(claims).toMatchObject({ ...about, expires_at: iso(nowMs + 60_000), version: 1 });
    expect(() => carry(signApproval(nodeCrypto, claims, key))).not.toThrow();
  });

  it.each<[string, Partial<Approval>, string]>([
    ['another run', { run_id: `run_${'b'.repeat(26)}` }, 'another run'],
    ['another plan', { plan_digest: 'e'.repeat(64) }, 'another plan'],
    [
      'another system',
      { audience: { ...testAudience, api_origin: 'https://api.github.com' } },
      'another system',
    ],
    ['later', { issued_at: iso(nowMs + 60_000), expires_at: iso(nowMs + 120_000) }, 'it was signed for'],
    ['a time that is over', { issued_at: iso(nowMs - 60_000), expires_at: iso(nowMs) }, 'it expired'],
    ['somebody else', { approver: 'bob' }, 'not one of'],
    ['a key that nobody lists', { key_id: 'mallory-1' }, 'mallory-1'],
  ])('given a yes for %s, then it is refused', (_what, over, why) => {
    expect(() => carry(by(over))).toThrow(refusal(why));
  });

  it('given anything was altered since, or it is carried as something else, then it is refused', () => {
    for (const altered of [{ operations: ['tag'] }, { reason: 'x' }, { expires_at: iso(nowMs + 1) }])
      expect(() => carry({ ...by(), ...altered })).toThrow(refusal('does not hold'));
    expect(() => refuse({ type: 'approval.granted', data: { approval: by({ verdict: 'deny' }) } })).toThrow(
      refusal('it is to deny'),
    );
  });

  it('given its key ran out since it was signed, then a yes is refused, and what takes one back is not', () => {
    const later = nowMs + 2_000;
    expect(() => carry(by(), withoutAlice(), later)).toThrow(refusal('alice-1'));
    for (const verdict of ['deny', 'withdraw'] as const) {
      expect(() => carry(by({ verdict }), withoutAlice(), later)).not.toThrow();
      // Not one that was signed with it afterwards.
      const late = by({ verdict, issued_at: iso(later) });
      expect(() => carry(late, withoutAlice(), later)).toThrow(refusal('alice-1'));
    }
  });

  it('given a run that has no plan, then no word is about it', () => {
    const event = { type: 'approval.granted', data: { approval: by() } } as const;
    const now = { keyring: keys.keyring, audience: testAudience, nowIso: iso(nowMs) };
    expect(() => refuseForeignStatement({ runId, run: initialRun }, event, now)).toThrow(
      refusal('another plan'),
    );
  });

  it('given evidence, then its issuer’s own is carried, and no other', () => {
    const event = (over: object, altered: object = {}): StatementDraft => ({
      type: 'evidence.recorded',
      data: { evidence: { ...evidenceBy(keys, about, nowMs, over), ...altered } },
    });
    expect(() => refuse(event({}))).not.toThrow();
    expect(() => refuse(event({}, { value: 'failed' }))).toThrow(refusal('hold', 'evidence_not_valid'));
    expect(() => refuse(event({ plan_digest: 'e'.repeat(64) }))).toThrow(
      refusal('another plan', 'evidence_not_valid'),
    );
  });
});
