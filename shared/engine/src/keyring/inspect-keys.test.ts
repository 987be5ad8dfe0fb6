import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor, Keyring } from '@marketops/contracts';
import { openKeyring } from '@marketops/proof';
import { generateSigningKey, nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readKeyring } from '../config/keyring-file.js';
import { type KeyFolders, keyFolders } from '../testing/key-folders.js';
import { inspectKeys } from './inspect-keys.js';

const nowMs = Date.parse('2026-01-01T01:00:00.000Z');
let folders: KeyFolders;
let published: Keyring;
beforeEach(() => {
  folders = keyFolders(new Date('2026-01-01T00:00:00.000Z'));
  published = readKeyring(folders.keyring);
});
afterEach(() => folders.remove());

const inspect = (service: Actor = 'federation') =>
  inspectKeys({
    ...{ keysDir: folders.of(service), service, nowMs },
    keyring: openKeyring(nodeCrypto, published),
  });
const codes = (service?: Actor) => inspect(service).map(({ code }) => code);
const fileOf = (name: string, service: Actor = 'federation') => join(folders.of(service), `${name}.json`);
const content = (name: string, service?: Actor) =>
  JSON.parse(readFileSync(fileOf(name, service), 'utf8')) as Record<string, string>;
const write = (name: string, value: unknown, service?: Actor) => {
  rmSync(fileOf(name, service), { force: true });
  writeFileSync(fileOf(name, service), JSON.stringify(value), { mode: 0o600 });
};
const list = (keyId: string, over: object) => {
  published = {
    ...published,
    keys: published.keys.map((key) => (key.key_id === keyId ? { ...key, ...over } : key)),
  };
};
/** A private key in PEM made from 32 chosen bytes (RFC 8410). */
const pemOf = (seed: Uint8Array): string => {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
};
const withSeed = (seed: Uint8Array) => write('mint', { ...content('mint'), private_key: pemOf(seed) });
const rfc8032Test1 = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');

describe('keys of a service, before it starts', () => {
  it.each(['planner', 'federation', 'publisher', 'ledger', 'console'] as const)(
    'given what init wrote for %s, then nothing is wrong',
    (service) => {
      expect(codes(service)).toEqual([]);
    },
  );

  const wrong: [string, string, () => void][] = [
    ['a key file is missing', 'key_missing', () => rmSync(fileOf('mint'))],
    ['a key file can be read by the group', 'key_exposed', () => chmodSync(fileOf('mint'), 0o640)],
    ['a key file can be read by the world', 'key_exposed', () => chmodSync(fileOf('receipt-hmac'), 0o604)],
    [
      'the folder can be entered by the group',
      'key_exposed',
      () => chmodSync(folders.of('federation'), 0o710),
    ],
    ['the folder can be read by the world', 'key_exposed', () => chmodSync(folders.of('federation'), 0o705)],
    ['the seed is zeros', 'key_weak', () => withSeed(Buffer.alloc(32))],
    ['the seed is one byte repeated', 'key_weak', () => withSeed(Buffer.alloc(32, 0xa7))],
    ['the seed is four bytes repeated', 'key_weak', () => withSeed(Buffer.from('c0ffee11'.repeat(8), 'hex'))],
    ['the seed counts', 'key_weak', () => withSeed(Buffer.from(Array.from({ length: 32 }, (_, at) => at)))],
    ['the seed is a password', 'key_weak', () => withSeed(Buffer.from('correct horse battery staple 32!'))],
    ['the key is printed in RFC 8032', 'key_default', () => withSeed(rfc8032Test1)],
    ['the seed is too short', 'key_invalid', () => withSeed(Buffer.alloc(31, 7))],
    [
      'the shared secret is a password',
      'key_weak',
      () =>
        write('receipt-hmac', {
          ...content('receipt-hmac'),
          secret: Buffer.from('correct horse battery staple 32!').toString('base64'),
        }),
    ],
    [
      'the shared secret is too short',
      'key_invalid',
      () => write('receipt-hmac', { ...content('receipt-hmac'), secret: 'AAAA' }),
    ],
    [
      'the key is not in the keyring',
      'key_unlisted',
      () => write('mint', { ...content('mint'), key_id: 'federation-mint-other' }),
    ],
    [
      'the private half is another than the one listed',
      'key_mismatch',
      () => write('mint', { ...content('mint'), private_key: generateSigningKey().privatePem }),
    ],
    [
      'the key is listed for another purpose',
      'key_mismatch',
      () => write('mint', content('acknowledgement', 'ledger')),
    ],
    ['the key is another service’s', 'key_mismatch', () => write('actor', content('actor', 'publisher'))],
    [
      'its key has been revoked',
      'key_revoked',
      () => list(content('mint')['key_id'] ?? '', { revoked_at: '2026-01-01T00:30:00.000Z' }),
    ],
    [
      'its key has ended',
      'key_expired',
      () => list(content('mint')['key_id'] ?? '', { not_after: '2026-01-01T00:30:00.000Z' }),
    ],
    [
      'its key begins later',
      'key_not_yet_valid',
      () => list(content('mint')['key_id'] ?? '', { not_before: '2026-01-01T02:00:00.000Z' }),
    ],
    [
      'a file leads out of the folder',
      'key_outside',
      () => {
        const elsewhere = join(folders.dataDir, 'mint.json');
        renameSync(fileOf('mint'), elsewhere);
        symlinkSync(elsewhere, fileOf('mint'));
      },
    ],
    [
      'one key is used twice in the folder',
      'key_reused',
      () => {
        const { private_key } = content('actor');
        write('mint', { ...content('mint'), private_key });
      },
    ],
  ];
  it.each(wrong)('X3: given %s, then it says %s', (_what, code, spoil) => {
    spoil();
    expect(codes()).toContain(code);
  });

  it('X3: given the publisher’s marker is the secret it shares with federation, then it is refused', () => {
    write(
      'marker',
      { ...content('marker', 'publisher'), secret: content('receipt-hmac')['secret'] },
      'publisher',
    );
    expect(codes('publisher')).toEqual(['key_reused']);
  });

  it('given a link within the folder, as mounted secrets are, then it is followed', () => {
    const inside = join(folders.of('federation'), '..data');
    mkdirSync(inside, { mode: 0o700 });
    renameSync(fileOf('mint'), join(inside, 'mint.json'));
    symlinkSync(join('..data', 'mint.json'), fileOf('mint'));
    expect(codes()).toEqual([]);
  });

  it('given several things are wrong, then all are told, and no message holds key material', () => {
    const secrets = ['mint', 'actor'].map((name) => content(name)['private_key']?.split('\n')[1] ?? '');
    withSeed(Buffer.alloc(32));
    chmodSync(fileOf('actor'), 0o644);
    rmSync(fileOf('receipt-hmac'));
    const faults = inspect();
    expect(faults.map(({ code }) => code).sort()).toEqual(['key_exposed', 'key_missing', 'key_weak']);
    const told = faults.map((fault) => `${fault.stack} ${JSON.stringify(fault)} ${fault.next}`).join();
    for (const secret of secrets) expect(told).not.toContain(secret.slice(0, 30));
  });

  it('given the folder is not there, then that is all it says', () => {
    rmSync(folders.of('federation'), { recursive: true });
    expect(codes()).toEqual(['key_missing']);
  });
});
