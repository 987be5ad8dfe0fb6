import {
  type ApprovalClaims,
  type EvidenceClaims,
  Keyring,
  type OperatorCommandClaims,
  type PublicKey,
} from '@marketops/contracts';
import { describe, expect, test } from 'vitest';
import { openKeyring } from './keyring.js';
import { nodeCrypto as crypto, generateSigningKey, loadSigningKey } from './node.js';
import {
  signApproval,
  signCommand,
  signEvidence,
  verifyApproval,
  verifyCommand,
  verifyEvidence,
} from './signed-claims.js';
import { at, digest, mint, runId } from './testing/fixtures.js';

const common = { algorithm: 'ed25519' as const, not_before: '2026-01-01T00:00:00.000Z', revoked_at: null };
function outsider(listed: (raw: string) => PublicKey) {
  const { privatePem, publicRawBase64 } = generateSigningKey();
  return { key: loadSigningKey(privatePem), listed: listed(publicRawBase64) };
}
const person = (principal: string, over: object = {}) =>
  outsider((public_key) => ({
    ...common,
    key_id: `${principal}-1`,
    purpose: 'approver',
    principal,
    groups: ['release-managers'],
    public_key,
    ...over,
  }));
const alice = person('alice');
const bob = person('bob');
const gone = person('gone', { revoked_at: '2026-02-01T00:00:00.000Z' });
const rotated = person('rotated', { not_after: '2026-02-01T00:00:00.000Z' });
const ci = outsider((public_key) => ({
  ...common,
  key_id: 'ci-1',
  purpose: 'evidence',
  issuer: 'ci',
  kinds: ['ci.result'],
  public_key,
}));
const keyring = openKeyring(
  crypto,
  Keyring.parse({
    version: 1,
    environment: 'test',
    log_origin: 'log.test',
    keys: [alice, bob, gone, rotated, ci, mint].map(({ listed }) => listed),
  }),
);
const trust = { keyring, at };
const ulid = '01JABCDEFGHJKMNPQRSTVWXYZ0';
const audience = { environment: 'test', api_origin: 'https://api.github.test', log_origin: 'log.test' };
const times = { issued_at: at, expires_at: '2026-03-01T13:00:00.000Z' };

const approval = (over: Partial<ApprovalClaims> = {}): ApprovalClaims => ({
  version: 1,
  approval_id: ulid,
  verdict: 'grant',
  run_id: runId,
  plan_digest: digest('plan'),
  operations: ['tag'],
  audience,
  approver: 'alice',
  key_id: 'alice-1',
  reason: null,
  withdraws: null,
  ...times,
  ...over,
});
const command = (over: Partial<OperatorCommandClaims> = {}): OperatorCommandClaims => ({
  version: 1,
  command_id: ulid,
  action: { kind: 'freeze', scopes: ['all'] },
  reason: 'an incident',
  principal: 'alice',
  key_id: 'alice-1',
  audience,
  ...times,
  ...over,
});
const evidence = (over: Partial<EvidenceClaims> = {}): EvidenceClaims => ({
  version: 1,
  evidence_id: ulid,
  issuer: 'ci',
  key_id: 'ci-1',
  kind: 'ci.result',
  value: 'passed',
  run_id: runId,
  plan_digest: digest('plan'),
  environment: 'test',
  ...times,
  ...over,
});

describe('an approval', () => {
  test('given it is signed by its approver, then it says who that is, and in which groups', () => {
    const signed = signApproval(crypto, approval(), alice.key);
    expect(verifyApproval(crypto, signed, trust)).toMatchObject({
      principal: 'alice',
      groups: ['release-managers'],
    });
  });

  test.each<[string, Partial<ApprovalClaims>]>([
    ['another run', { run_id: 'run_11111111111111111111111111' }],
    ['another plan', { plan_digest: digest('other') }],
    ['more operations', { operations: 'all' }],
    ['another operation', { operations: ['release'] }],
    ['another verdict', { verdict: 'deny' }],
    ['another environment', { audience: { ...audience, environment: 'prod' } }],
    ['a later expiry', { expires_at: '2026-03-02T13:00:00.000Z' }],
    ['another nonce', { approval_id: '01JABCDEFGHJKMNPQRSTVWXYZ1' }],
    ['another reason', { reason: 'fine by me' }],
  ])('R1: given %s than was signed, then it does not hold', (_what, over) => {
    const signed = { ...signApproval(crypto, approval(), alice.key), ...over };
    expect(() => verifyApproval(crypto, signed, trust)).toThrowError(
      expect.objectContaining({ code: 'signature_invalid' }),
    );
  });

  test.each<[string, Partial<ApprovalClaims>, typeof alice.key, string]>([
    ['signed by somebody else', {}, bob.key, 'signature_invalid'],
    ['in another’s name with one’s own key', { approver: 'bob' }, alice.key, 'actor_mismatch'],
    ['by an unknown key', { key_id: 'mallory-1', approver: 'mallory' }, alice.key, 'key_unknown'],
    ['by a removed approver', { key_id: 'gone-1', approver: 'gone' }, gone.key, 'key_revoked'],
    ['by a key past its time', { key_id: 'rotated-1', approver: 'rotated' }, rotated.key, 'key_expired'],
    ['by a service', { key_id: 'mint-1', approver: 'alice' }, mint.signing, 'key_wrong_purpose'],
    ['by an issuer of evidence', { key_id: 'ci-1', approver: 'ci' }, ci.key, 'key_wrong_purpose'],
  ])('F3: given it is %s, then it is refused', (_what, over, key, code) => {
    const signed = signApproval(crypto, approval(over), key);
    expect(() => verifyApproval(crypto, signed, trust)).toThrowError(expect.objectContaining({ code }));
  });

  test.each([
    ['empty', ''],
    ['short', 'AAAA'],
    ['not base64', '!'.repeat(88)],
    ['hex', 'a'.repeat(128)],
  ])('given a signature that is %s, then it is malformed', (_what, signature) => {
    const signed = { ...signApproval(crypto, approval(), alice.key), signature };
    expect(() => verifyApproval(crypto, signed, trust)).toThrowError(
      expect.objectContaining({ code: 'signature_malformed' }),
    );
  });
});

describe('an operator’s order', () => {
  test('given it is signed by its operator, then it holds, and a changed one does not', () => {
    const signed = signCommand(crypto, command(), alice.key);
    expect(verifyCommand(crypto, signed, trust).principal).toBe('alice');
    const wider = { ...signed, action: { kind: 'unfreeze' as const, scopes: ['all'] } };
    expect(() => verifyCommand(crypto, wider, trust)).toThrowError(
      expect.objectContaining({ code: 'signature_invalid' }),
    );
  });

  test('given an approval, then its signature is worth nothing on an order', () => {
    const { signature } = signApproval(crypto, approval(), alice.key);
    expect(() => verifyCommand(crypto, { ...command(), signature }, trust)).toThrowError(
      expect.objectContaining({ code: 'signature_invalid' }),
    );
  });
});

describe('evidence', () => {
  test('given a registered issuer vouches for its kind, then it holds', () => {
    const signed = signEvidence(crypto, evidence(), ci.key);
    expect(verifyEvidence(crypto, signed, trust).issuer).toBe('ci');
    expect(() => verifyEvidence(crypto, { ...signed, value: 'failed' }, trust)).toThrowError(
      expect.objectContaining({ code: 'signature_invalid' }),
    );
  });

  test.each<[string, Partial<EvidenceClaims>, string]>([
    ['a kind it is not registered for', { kind: 'risk.level' }, 'key_wrong_purpose'],
    ['another issuer’s name', { issuer: 'auditor' }, 'actor_mismatch'],
    ['an approver’s key', { key_id: 'alice-1' }, 'key_wrong_purpose'],
  ])('given %s, then it is refused', (_what, over, code) => {
    const signed = signEvidence(crypto, evidence(over), ci.key);
    expect(() => verifyEvidence(crypto, signed, trust)).toThrowError(expect.objectContaining({ code }));
  });
});
