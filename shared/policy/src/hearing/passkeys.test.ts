import type { Approval, ApprovalClaims, PublicKey } from '@marketops/contracts';
import { decodeBase64Upto, encodeBase64, openKeyring, signApproval } from '@marketops/proof';
import { generateSigningKey, loadSigningKey, nodeCrypto } from '@marketops/proof/node';
import { softAuthenticator } from '@marketops/proof/test-kit';
import { describe, expect, it } from 'vitest';
import { hear, type Subject } from './index.js';

const nowMs = Date.parse('2026-03-01T12:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const minute = 60_000;
const audience = { environment: 'test', api_origin: 'https://api.github.test', log_origin: 'x.test/log' };
const [runId, planDigest] = [`run_${'a'.repeat(26)}`, 'a'.repeat(64)];

const alices = softAuthenticator();
const carols = softAuthenticator({ key_id: 'carol-passkey', principal: 'carol' });
const pair = generateSigningKey();
const alicesOwn: PublicKey = {
  ...{ key_id: 'alice-1', algorithm: 'ed25519', public_key: pair.publicRawBase64, revoked_at: null },
  ...{ not_before: '2020-01-01T00:00:00.000Z', purpose: 'approver', principal: 'alice', groups: [] },
};
const subjectWith = (over: Partial<typeof alices.passkey> = {}): Subject => ({
  ...{
    crypto: nodeCrypto,
    audience,
    nowMs,
    runId,
    planDigest,
    requesters: new Set(['carol']),
    redriver: null,
  },
  keyring: openKeyring(nodeCrypto, {
    ...{ version: 1, environment: audience.environment, log_origin: audience.log_origin },
    keys: [{ ...alices.passkey, ...over }, carols.passkey, alicesOwn],
  }),
});
let ids = 0;
const ulid = (): string => (++ids).toString().padStart(26, '0');
const claimsOf = (over: Partial<ApprovalClaims> = {}): ApprovalClaims => ({
  ...{ version: 1, approval_id: ulid(), verdict: 'grant', run_id: runId, plan_digest: planDigest },
  ...{
    operations: 'all',
    audience,
    approver: 'alice',
    key_id: 'alice-passkey',
    reason: null,
    withdraws: null,
  },
  ...{ issued_at: iso(nowMs - 10 * minute + ids), expires_at: iso(nowMs + 10 * minute) },
  ...over,
});
const byPasskey = (over: Partial<ApprovalClaims> = {}): Approval => alices.approve(claimsOf(over));
const heard = (approvals: readonly Approval[], at = subjectWith()) =>
  hear(at, {
    approvals: approvals.map((approval) => ({ time: iso(nowMs), data: { approval } })),
    evidence: [],
  });
const faults = (approvals: readonly Approval[], at?: Subject) =>
  heard(approvals, at).approvals.map(({ faultFor }) => faultFor('tag') ?? 'counts');

describe('whose approval counts, where it was signed with a passkey', () => {
  it('O2: given a yes with a passkey and one with an own key of the same person, then they are one person', () => {
    const yes = byPasskey();
    const own = signApproval(nodeCrypto, claimsOf({ key_id: 'alice-1' }), loadSigningKey(pair.privatePem));
    const words = [yes, own];
    expect(heard(words).grants('tag')).toMatchObject([{ principal: 'alice' }]);
    expect(faults(words)).toEqual(['the same person has said something else since', 'counts']);
  });

  it('O2: given who asked for the run, then their passkey’s yes does not count either', () => {
    const own = carols.approve(claimsOf({ approver: 'carol', key_id: 'carol-passkey' }));
    expect(faults([own])).toEqual(['nobody approves their own plan']);
  });

  it('R1: given it was made for another plan or run, or is put to this one, then it counts for nothing', () => {
    const [other, another] = [{ plan_digest: 'b'.repeat(64) }, { run_id: `run_${'b'.repeat(26)}` }];
    expect(faults([byPasskey(other)])).toEqual(['it is about another plan']);
    expect(faults([byPasskey(another)])).toEqual(['it is about another run']);
    for (const over of [other, another]) {
      const moved = { ...byPasskey(over), run_id: runId, plan_digest: planDigest };
      expect(faults([moved])).toEqual(['The passkey signed something else than this statement.']);
    }
    const renamed = { ...byPasskey(), approval_id: ulid() };
    expect(faults([renamed])).toEqual(['The passkey signed something else than this statement.']);
  });

  it('given it has run out, or was taken back, then it does not count', () => {
    expect(faults([byPasskey({ expires_at: iso(nowMs) })])).toEqual([`it expired at ${iso(nowMs)}`]);
    const yes = byPasskey();
    const taken = byPasskey({ verdict: 'withdraw', withdraws: yes.approval_id });
    expect(faults([yes, taken])).toEqual(['it was withdrawn', 'counts']);
    expect(heard([yes, taken]).grants('tag')).toEqual([]);
  });

  it('F3: given the passkey was revoked, or may be used on other pages alone, then the yes it made counts for nothing', () => {
    const yes = byPasskey();
    expect(faults([yes], subjectWith({ revoked_at: iso(nowMs - minute) }))).toEqual([
      expect.stringContaining('was revoked at'),
    ]);
    const elsewhere = subjectWith({ origins: ['https://ops.console.test'] });
    expect(faults([yes], elsewhere)).toEqual(['The passkey was used on the page "https://console.test".']);
  });

  it('F3: given its signature’s twin, which anybody can make, then it is nobody’s word: one yes has one digest', () => {
    const yes = byPasskey();
    const der = decodeBase64Upto(yes.signature, 72) ?? expect.fail('base64');
    const twin = { ...yes, signature: encodeBase64(twinOf(der)) };
    expect(faults([yes, twin])).toEqual([
      'counts',
      'The signature is not strict DER with the lower s, in base64.',
    ]);
    expect(heard([twin]).grants('tag')).toEqual([]);
  });
});

/** (r, n − s): a valid signature over the same bytes. */
function twinOf(der: Uint8Array): Uint8Array {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const at = 4 + (der[3] ?? 0);
  const s = order - BigInt(`0x${Buffer.from(der.subarray(at + 2)).toString('hex')}`);
  const least = Buffer.from(s.toString(16).padStart(64, '0'), 'hex');
  // n − s is at least half the order, whose first bit is set: it takes a zero before it.
  const integer = [2, 33, 0, ...least];
  const r = der.subarray(2, at);
  return Uint8Array.from([0x30, r.length + integer.length, ...r, ...integer]);
}
