import { readFileSync } from 'node:fs';
import {
  Approval,
  type ApprovalClaims,
  ApproverPasskey,
  Keyring,
  type OperatorCommandClaims,
  type PublicKey,
} from '@marketops/contracts';
import { describe, expect, test } from 'vitest';
import { findPasskey, openKeyring } from '../keyring.js';
import { nodeCrypto } from '../node.js';
import { signApproval, verifyApproval, verifyCommand } from '../signed-claims.js';
import { softAuthenticator } from '../test-kit/authenticator.js';
import { at, digest, mint, runId } from '../testing/fixtures.js';
import { survivorsOf } from '../testing/mutate.js';
import { webCrypto } from '../web.js';
import { decodePasskeyListing, encodePasskeyListing } from './index.js';

const ports = [nodeCrypto, webCrypto];
const its = softAuthenticator();
const bobs = softAuthenticator({ key_id: 'bob-passkey', principal: 'bob' });
const gone = softAuthenticator({
  ...{ key_id: 'gone-passkey', principal: 'gone', revoked_at: '2026-02-01T00:00:00.000Z' },
});
const rotated = softAuthenticator({
  ...{ key_id: 'rotated-passkey', principal: 'rotated', not_after: '2026-02-01T00:00:00.000Z' },
});
const early = softAuthenticator({
  ...{ key_id: 'early-passkey', principal: 'early', not_before: '2027-01-01T00:00:00.000Z' },
});
const ringOf = (crypto = nodeCrypto, ...more: readonly PublicKey[]) =>
  openKeyring(
    crypto,
    Keyring.parse({
      ...{ version: 1, environment: 'test', log_origin: 'log.test' },
      keys: [...[its, bobs, gone, rotated, early].map(({ passkey }) => passkey), mint.listed, ...more],
    }),
  );
const trust = { keyring: ringOf(), at };
const ulid = '01JABCDEFGHJKMNPQRSTVWXYZ0';
const audience = { environment: 'test', api_origin: 'https://api.github.test', log_origin: 'log.test' };
const times = { issued_at: at, expires_at: '2026-03-01T13:00:00.000Z' };
const approval = (over: Partial<ApprovalClaims> = {}): ApprovalClaims => ({
  ...{ version: 1, approval_id: ulid, verdict: 'grant', run_id: runId, plan_digest: digest('plan') },
  ...{ operations: ['tag'], audience, approver: 'alice', key_id: 'alice-passkey', reason: null },
  ...{ withdraws: null, ...times, ...over },
});
const order = (over: Partial<OperatorCommandClaims> = {}): OperatorCommandClaims => ({
  ...{ version: 1, command_id: ulid, action: { kind: 'freeze', scopes: ['all'] }, reason: 'an incident' },
  ...{ principal: 'alice', key_id: 'alice-passkey', audience, ...times, ...over },
});
const codeOf = (work: () => unknown): unknown => {
  try {
    work();
    return 'holds';
  } catch (fault) {
    return (fault as { code?: unknown }).code;
  }
};

describe('an approval signed with a passkey', () => {
  test('F3: given its approver signed it, then both ports say who that is', () => {
    const signed = its.approve(approval());
    expect(Approval.safeParse(signed).success).toBe(true);
    for (const port of ports)
      expect(verifyApproval(port, signed, { keyring: ringOf(port), at })).toMatchObject({
        ...{ principal: 'alice', groups: ['release-managers'], algorithm: 'webauthn-es256' },
      });
  });

  test.each<[string, Partial<ApprovalClaims>]>([
    ['another run', { run_id: 'run_11111111111111111111111111' }],
    ['another plan', { plan_digest: digest('other') }],
    ['more operations', { operations: 'all' }],
    ['another verdict', { verdict: 'deny' }],
    ['another environment', { audience: { ...audience, environment: 'prod' } }],
    ['a later expiry', { expires_at: '2026-03-02T13:00:00.000Z' }],
    ['another nonce', { approval_id: '01JABCDEFGHJKMNPQRSTVWXYZ1' }],
    ['another reason', { reason: 'fine by me' }],
    ['another grant taken back', { withdraws: ulid }],
  ])('R1: given its assertion is put to %s, then the challenge is another', (_what, over) => {
    const signed = { ...its.approve(approval()), ...over };
    expect(codeOf(() => verifyApproval(nodeCrypto, signed, trust))).toBe('assertion_wrong_challenge');
  });

  test.each<[string, () => Approval, string]>([
    ['signed with another’s passkey', () => bobs.approve(approval()), 'signature_invalid'],
    ['in another’s name', () => its.approve(approval({ approver: 'bob' })), 'actor_mismatch'],
    [
      'by a removed approver',
      () => gone.approve(approval({ key_id: 'gone-passkey', approver: 'gone' })),
      'key_revoked',
    ],
    [
      'by a passkey past its time',
      () => rotated.approve(approval({ key_id: 'rotated-passkey', approver: 'rotated' })),
      'key_expired',
    ],
    [
      'by a passkey before its time',
      () => early.approve(approval({ key_id: 'early-passkey', approver: 'early' })),
      'key_not_yet_valid',
    ],
    ['by a passkey nobody listed', () => its.approve(approval({ key_id: 'alice-2' })), 'key_unknown'],
    ['by a service’s key', () => its.approve(approval({ key_id: 'mint-1' })), 'key_wrong_purpose'],
    [
      'with a bare Ed25519 signature',
      () => signApproval(nodeCrypto, approval(), mint.signing),
      'assertion_missing',
    ],
    [
      'without its assertion',
      () => {
        const { assertion: _assertion, ...signed } = its.approve(approval());
        return signed;
      },
      'assertion_missing',
    ],
  ])('F3: given it is %s, then it is refused', (_what, signed, code) => {
    expect(codeOf(() => verifyApproval(nodeCrypto, signed(), trust))).toBe(code);
  });

  test('F3: given an own key’s signature with an assertion beside it, then it is refused: nothing signs that', () => {
    const own: PublicKey = {
      ...{ key_id: 'alice-1', algorithm: 'ed25519', public_key: mint.listed.public_key, revoked_at: null },
      ...{ not_before: '2020-01-01T00:00:00.000Z', purpose: 'approver', principal: 'alice', groups: [] },
    };
    const keyring = openKeyring(nodeCrypto, {
      ...{ version: 1, environment: 'test', log_origin: 'log.test', keys: [own] },
    });
    const signed = signApproval(nodeCrypto, approval({ key_id: 'alice-1' }), mint.signing);
    expect(codeOf(() => verifyApproval(nodeCrypto, signed, { keyring, at }))).toBe('holds');
    const { assertion } = its.approve(approval());
    const both = { ...signed, ...(assertion === undefined ? {} : { assertion }) };
    expect(codeOf(() => verifyApproval(nodeCrypto, both, { keyring, at }))).toBe('assertion_unexpected');
  });

  test('F3: given any one thing in it is changed, then it is refused', () => {
    const signed = its.approve(approval({ reason: 'read it' }));
    expect(survivorsOf(signed, (mutated) => verifyApproval(nodeCrypto, mutated, trust))).toEqual([]);
  });
});

describe('an order signed with a passkey', () => {
  test('F3: given its operator signed it, then it holds, and neither a changed one nor an approval’s assertion does', () => {
    const signed = its.order(order());
    expect(verifyCommand(nodeCrypto, signed, trust).principal).toBe('alice');
    const wider = { ...signed, action: { kind: 'unfreeze' as const, scopes: ['all'] } };
    expect(codeOf(() => verifyCommand(nodeCrypto, wider, trust))).toBe('assertion_wrong_challenge');
    const { signature, assertion } = its.approve(approval());
    const borrowed = { ...order(), signature, ...(assertion === undefined ? {} : { assertion }) };
    expect(codeOf(() => verifyCommand(nodeCrypto, borrowed, trust))).toBe('assertion_wrong_challenge');
  });
});

describe('a passkey in the keyring', () => {
  test('F4: given it is asked for as any other key, then it is none: it signs assertions and nothing else', () => {
    const { keyring } = trust;
    const refused = (keyId: string, purpose: 'actor' | 'approver') =>
      codeOf(() => keyring.find({ keyId, purpose, at }));
    expect(refused('alice-passkey', 'approver')).toBe('key_wrong_purpose');
    expect(refused('alice-passkey', 'actor')).toBe('key_wrong_purpose');
    expect(findPasskey(nodeCrypto, keyring, { keyId: 'mint-1', at })).toBeUndefined();
    expect(findPasskey(nodeCrypto, keyring, { keyId: 'nobody', at })).toBeUndefined();
  });

  test('F4: given one passkey under two ids, or a point off the curve, then the keyring does not open', () => {
    const twin = { ...its.passkey, key_id: 'alice-2' };
    const off = { ...its.passkey, key_id: 'off-1', public_key: `BA${'A'.repeat(85)}=` };
    for (const more of [twin, off]) expect(codeOf(() => ringOf(nodeCrypto, more))).toBe('key_invalid');
  });

  test.each<[string, Partial<ApproverPasskey>]>([
    ['an origin of another site', { origins: ['https://console.test', 'https://evil.test'] }],
    ['an origin that only ends like it', { origins: ['https://evilconsole.test'] }],
    ['an origin with a path', { origins: ['https://console.test/'] }],
    ['an origin in the clear', { origins: ['http://console.test'] }],
    ['an origin in capitals', { origins: ['https://Console.test'] }],
    ['an origin with its usual port', { origins: ['https://console.test:443'] }],
    ['no origin', { origins: [] }],
    ['an address', { rp_id: '127.0.0.1', origins: ['https://127.0.0.1'] }],
    ['an Ed25519 key', { public_key: mint.listed.public_key }],
    ['a compressed point', { public_key: `A${'A'.repeat(43)}` }],
    ['a credential id with padding', { credential_id: 'AAAA====' }],
  ])('given %s, then it cannot be listed', (_what, over) => {
    expect(ApproverPasskey.safeParse({ ...its.passkey, ...over }).success).toBe(false);
  });

  test.each<[string, Partial<ApproverPasskey>]>([
    ['a page below', { origins: ['https://ops.console.test'] }],
    ['a port', { origins: ['https://console.test:8443'] }],
    ['this machine', { rp_id: 'localhost', origins: ['http://localhost:4180', 'https://localhost'] }],
  ])('given %s, then it can be listed', (_what, over) => {
    expect(ApproverPasskey.safeParse({ ...its.passkey, ...over }).success).toBe(true);
  });

  test('given what its page hands out, then it is read back as it was, and a broken line is refused', () => {
    const { principal, algorithm, public_key, credential_id, rp_id, origins } = its.passkey;
    const listing = { version: 1 as const, principal, algorithm, public_key, credential_id, rp_id, origins };
    const line = encodePasskeyListing(listing);
    expect(line).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(decodePasskeyListing(line)).toEqual(listing);
    for (const broken of [
      '',
      line.slice(1),
      line.slice(0, -4),
      `${line}A`,
      `${line}!`,
      'e30',
      'A'.repeat(20_000),
    ]) {
      expect(
        codeOf(() => decodePasskeyListing(broken)),
        broken.slice(0, 20),
      ).toBe('key_invalid');
    }
    const foreign = { ...listing, origins: ['https://evil.test'] };
    expect(codeOf(() => decodePasskeyListing(encodePasskeyListing(foreign)))).toBe('key_invalid');
  });
});

test('F3: given an approval that a real Chromium made, then both ports take it, and no other origin’s or person’s', () => {
  // Recorded by tests/browser/signing.browser.test.ts.
  const file = new URL('chromium-passkey.json', import.meta.url);
  const { passkey, approval: recorded } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const [key, signed] = [ApproverPasskey.parse(passkey), Approval.parse(recorded)];
  const trusting = (listed: ApproverPasskey, port = nodeCrypto) => ({
    keyring: openKeyring(port, {
      ...{ version: 1, environment: 'test', log_origin: 'x.test/log', keys: [listed] },
    }),
  });
  for (const port of ports)
    expect(verifyApproval(port, signed, trusting(key, port)).key_id).toBe('bob-passkey');
  const moved = { ...key, origins: ['http://localhost:1'] };
  expect(codeOf(() => verifyApproval(nodeCrypto, signed, trusting(moved)))).toBe('assertion_wrong_origin');
  const named = { ...key, rp_id: 'a.localhost', origins: ['http://a.localhost'] };
  expect(codeOf(() => verifyApproval(nodeCrypto, signed, trusting(named)))).toBe('assertion_wrong_origin');
  const others = { ...key, public_key: its.passkey.public_key };
  expect(codeOf(() => verifyApproval(nodeCrypto, signed, trusting(others)))).toBe('signature_invalid');
});
