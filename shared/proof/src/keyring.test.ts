import { describe, expect, test } from 'vitest';
import { type KeyQuery, openKeyring } from './keyring.js';
import { at, crypto, keyringOf, ledger, mint, publisher, testKey } from './testing/fixtures.js';

const refusal = (code: string): unknown => expect.objectContaining({ code });
const query: KeyQuery = { keyId: 'publisher-1', purpose: 'actor', actor: 'publisher', at };

describe('the keyring', () => {
  const retired = testKey('publisher-0', 'actor', 'publisher', {
    not_before: '2026-02-01T00:00:00.000Z',
    revoked_at: '2026-03-01T00:00:00.000Z',
  });
  const ring = openKeyring(crypto, keyringOf(publisher, mint, ledger, retired));

  test('given a listed key, when asked for its purpose and actor, then it verifies what its private half signed', () => {
    const signature = crypto.sign(publisher.signing, 'text');
    expect(crypto.verify(ring.find(query), 'text', signature)).toBe(true);
    expect(ring.find(query)).toBe(ring.find({ keyId: 'publisher-1', purpose: 'actor' }));
  });

  test.each([
    'publisher-2',
    '',
    '../publisher-1',
    'PUBLISHER-1',
    'publisher-1 ',
    'constructor',
    '__proto__',
    'toString',
    'none',
    'HS256',
  ])('law F3: given the unknown or path-like key id %j, when asked, then key_unknown', (keyId) => {
    expect(() => ring.find({ ...query, keyId })).toThrowError(refusal('key_unknown'));
  });

  test('law F4: given a key of one purpose, when asked for another, then key_wrong_purpose', () => {
    expect(() => ring.find({ ...query, purpose: 'mint' })).toThrowError(refusal('key_wrong_purpose'));
    expect(() => ring.find({ keyId: 'mint-1', purpose: 'actor', at })).toThrowError(
      refusal('key_wrong_purpose'),
    );
    expect(() => ring.find({ keyId: 'mint-1', purpose: 'acknowledgement', at })).toThrowError(
      refusal('key_wrong_purpose'),
    );
  });

  test('law E3: given a key of one actor, when asked for another, then actor_mismatch', () => {
    expect(() => ring.find({ ...query, actor: 'planner' })).toThrowError(refusal('actor_mismatch'));
  });

  test('given a retired key, when asked within its life, then found; before, at its revocation or later, then refused', () => {
    const when = (time: string | undefined) => () => ring.find({ ...query, keyId: 'publisher-0', at: time });
    expect(when('2026-02-01T00:00:00.000Z')()).toBeDefined();
    expect(when('2026-02-28T23:59:59.999Z')()).toBeDefined();
    expect(when('2026-01-31T23:59:59.999Z')).toThrowError(refusal('key_not_yet_valid'));
    expect(when('2026-03-01T00:00:00.000Z')).toThrowError(refusal('key_revoked'));
    expect(when('2030-01-01T00:00:00.000Z')).toThrowError(refusal('key_revoked'));
    expect(when('2026-02-15T00:00:00Z')).toThrowError(refusal('invariant_violated'));
    // Nobody vouches for a time before the revocation.
    expect(when(undefined)).toThrowError(refusal('key_revoked'));
  });

  test('law F4: given one key under two ids, or one id twice, when opened, then key_invalid', () => {
    const twin = { ...mint, listed: { ...mint.listed, public_key: publisher.listed.public_key } };
    expect(() => openKeyring(crypto, keyringOf(publisher, twin))).toThrowError(refusal('key_invalid'));
    expect(() =>
      openKeyring(crypto, keyringOf(publisher, testKey('publisher-1', 'mint', 'federation'))),
    ).toThrowError(refusal('key_invalid'));
  });

  test('given a key that is none, when opened, then key_invalid names it', () => {
    const broken = testKey('broken-1', 'actor', 'planner', { public_key: `${'A'.repeat(43)}=` });
    expect(() => openKeyring(crypto, keyringOf(publisher, broken))).toThrowError(
      expect.objectContaining({ code: 'key_invalid', message: expect.stringContaining('broken-1') }),
    );
  });
});
