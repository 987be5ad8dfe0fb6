import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Keyring, PublicKey } from '@marketops/contracts';
import { generateSigningKey, nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readKeyring } from '../config/keyring-file.js';
import { type KeyFolders, keyFolders } from '../testing/key-folders.js';
import { followKeyring, type LiveKeyring } from './live.js';

let folders: KeyFolders;
let before: Keyring;
let keyring: LiveKeyring;
let errors: unknown[];
beforeEach(() => {
  folders = keyFolders(new Date('2026-01-01T00:00:00.000Z'));
  before = readKeyring(folders.keyring);
  errors = [];
  const log = { info: () => undefined, error: (fields: unknown) => void errors.push(fields) };
  keyring = followKeyring({ path: folders.keyring, keyring: before, crypto: nodeCrypto, log });
});
afterEach(() => folders.remove());

const write = (next: Keyring | string): boolean => {
  writeFileSync(folders.keyring, typeof next === 'string' ? next : JSON.stringify(next));
  return keyring.refresh();
};
const idOf = (purpose: string): string => before.keys.find((key) => key.purpose === purpose)?.key_id ?? '';
const edited = (keyId: string, over: object): Keyring => ({
  ...before,
  keys: before.keys.map((key) => (key.key_id === keyId ? ({ ...key, ...over } as PublicKey) : key)),
});
const added = (): PublicKey => ({
  ...{ key_id: 'federation-mint-new', purpose: 'mint', actor: 'federation', algorithm: 'ed25519' },
  ...{ public_key: generateSigningKey().publicRawBase64, revoked_at: null },
  not_before: '2026-01-02T00:00:00.000Z',
});
const findMint = (keyId = idOf('mint')) => keyring.find({ keyId, purpose: 'mint', actor: 'federation' });

describe('a keyring that is followed', () => {
  it('given its file is as it was, then nothing changes', () => {
    expect(keyring.refresh()).toBe(false);
    expect(write(`${JSON.stringify(before, null, 8)}\n`)).toBe(false);
    expect(keyring.refused).toBeUndefined();
    expect(errors).toEqual([]);
  });

  it('given a key was added, then it is found, and keys that stayed are the same objects for the caches', () => {
    const object = findMint();
    expect(write({ ...before, keys: [...before.keys, added()] })).toBe(true);
    expect(findMint('federation-mint-new')).toBeDefined();
    expect(findMint()).toBe(object);
    expect(keyring.list()).toHaveLength(before.keys.length + 1);
  });

  it('F3: given a key was revoked, then it is refused from the next look on', () => {
    expect(findMint()).toBeDefined();
    write(edited(idOf('mint'), { revoked_at: '2026-01-02T00:00:00.000Z', revoked_because: 'stolen' }));
    expect(() => findMint()).toThrowError(expect.objectContaining({ code: 'key_revoked' }));
    expect(keyring.describe(idOf('mint'))?.revoked_because).toBe('stolen');
  });

  it('given an end, then signatures from after it are refused', () => {
    write(edited(idOf('mint'), { not_after: '2026-01-02T00:00:00.000Z' }));
    const at = (time: string) => () => keyring.find({ keyId: idOf('mint'), purpose: 'mint', at: time });
    expect(at('2026-01-01T23:59:59.999Z')).not.toThrow();
    expect(at('2026-01-02T00:00:00.000Z')).toThrowError(expect.objectContaining({ code: 'key_expired' }));
  });

  const otherKey = generateSigningKey().publicRawBase64;
  const takenBack: [string, () => Keyring, string][] = [
    ['a key is gone', () => ({ ...before, keys: before.keys.slice(1) }), 'is gone'],
    ['a public key is another', () => edited(idOf('mint'), { public_key: otherKey }), 'another public key'],
    ['a purpose is another', () => edited(idOf('mint'), { purpose: 'actor' }), 'another purpose'],
    ['a holder is another', () => edited(idOf('mint'), { actor: 'publisher' }), 'another holder'],
    [
      'a beginning is another',
      () => edited(idOf('mint'), { not_before: '2020-01-01T00:00:00.000Z' }),
      'not_before',
    ],
    ['the environment is another', () => ({ ...before, environment: 'prod' }), 'another environment'],
  ];
  it.each(takenBack)(
    'F3: given %s, then the last good one stands and it is said once',
    (_what, next, why) => {
      expect(write(next())).toBe(false);
      expect(keyring.refresh()).toBe(false);
      expect(keyring.published).toEqual(before);
      expect(keyring.refused).toContain(why);
      expect(errors).toHaveLength(1);
    },
  );

  it('F3: given a revocation or an end is taken back or put off, then the sooner one stands', () => {
    const revoked = { revoked_at: '2026-01-02T00:00:00.000Z', not_after: '2026-01-03T00:00:00.000Z' };
    write(edited(idOf('mint'), revoked));
    for (const over of [
      { ...revoked, revoked_at: null },
      { ...revoked, revoked_at: '2026-01-02T00:00:00.001Z' },
      { revoked_at: revoked.revoked_at },
      { ...revoked, not_after: '2026-01-03T00:00:00.001Z' },
    ]) {
      expect(write(edited(idOf('mint'), over))).toBe(false);
      expect(keyring.describe(idOf('mint'))).toMatchObject(revoked);
    }
    expect(write(edited(idOf('mint'), { ...revoked, revoked_at: '2026-01-01T12:00:00.000Z' }))).toBe(true);
  });

  it.each([
    ['is no JSON', () => '{"version":1'],
    ['is no keyring', () => '{"version":1}'],
    ['names a member twice', () => JSON.stringify(before).replace('{', '{"version":1,')],
    ['is far too large', () => JSON.stringify(before) + ' '.repeat(1_100_000)],
    [
      'has a key that is no safe point',
      () => JSON.stringify(edited(idOf('mint'), { public_key: Buffer.alloc(32).toString('base64') })),
    ],
  ])('given its file %s, then the last good one stands, and a good file is followed again', (_what, text) => {
    expect(write(text())).toBe(false);
    expect(keyring.published).toEqual(before);
    expect(keyring.refused).toBeDefined();
    expect(errors).toHaveLength(1);
    expect(write({ ...before, keys: [...before.keys, added()] })).toBe(true);
    expect(keyring.refused).toBeUndefined();
  });

  it('given its file is gone, then the last good one stands until it is back', () => {
    const text = readFileSync(folders.keyring, 'utf8');
    rmSync(folders.keyring);
    expect(keyring.refresh()).toBe(false);
    expect(keyring.refresh()).toBe(false);
    expect(errors).toHaveLength(1);
    expect(findMint()).toBeDefined();
    write(text);
    expect(keyring.refused).toBeUndefined();
  });

  it('given groups change, then that is followed', () => {
    const alice: PublicKey = {
      ...{ key_id: 'alice-1', purpose: 'approver', principal: 'alice', groups: ['release-managers'] },
      ...{ algorithm: 'ed25519', public_key: otherKey, revoked_at: null },
      not_before: '2026-01-02T00:00:00.000Z',
    };
    write({ ...before, keys: [...before.keys, alice] });
    expect(write({ ...before, keys: [...before.keys, { ...alice, groups: [] }] })).toBe(true);
    expect(keyring.describe('alice-1')).toMatchObject({ groups: [] });
  });
});
