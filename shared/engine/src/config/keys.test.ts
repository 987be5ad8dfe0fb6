import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../errors.js';
import { testConfig } from '../testing/index.js';
import { initialize } from './init.js';
import { readHmacKey, readSigningKey } from './keys.js';

let folder: string;
let keysDir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-keys-'));
  initialize({ configPath: join(folder, 'marketops.yml'), config: testConfig, now: new Date() });
  keysDir = join(folder, '.marketops/keys/federation');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (name: string) => join(keysDir, `${name}.json`);
const write = (name: string, text: string, mode = 0o600) => {
  rmSync(fileOf(name), { force: true });
  writeFileSync(fileOf(name), text, { mode });
};
const content = (name: string) => JSON.parse(readFileSync(fileOf(name), 'utf8')) as Record<string, string>;
const refusal = (read: () => unknown): ConfigError => {
  try {
    read();
  } catch (fault) {
    if (fault instanceof ConfigError) return fault;
    throw fault;
  }
  return expect.fail('it was accepted');
};
/** Everything of an error that could reach a log. */
const told = (fault: unknown): string =>
  fault instanceof Error
    ? [fault.message, fault.stack, JSON.stringify(fault), told(fault.cause)].join('\n')
    : String(fault);

describe('keys that init wrote', () => {
  it('given they are read, then they sign what the keyring verifies, and both sides share the HMAC key', () => {
    const { keyId, key } = readSigningKey(keysDir, 'mint');
    expect(keyId).toMatch(/^federation-mint-[0-9a-f]{8}$/);
    expect(nodeCrypto.sign(key, 'x')).toHaveLength(64);
    const ours = readHmacKey(keysDir, 'receipt-hmac');
    const theirs = readHmacKey(join(folder, '.marketops/keys/publisher'), 'receipt-hmac');
    expect(ours.keyId).toBe(theirs.keyId);
    expect(nodeCrypto.hmacSha256(ours.key, 'x')).toEqual(nodeCrypto.hmacSha256(theirs.key, 'x'));
  });

  it('X3: given their files, then nobody else may read them', () => {
    for (const name of ['actor', 'mint', 'receipt-hmac'])
      expect(statSync(fileOf(name)).mode & 0o777).toBe(0o600);
    expect(statSync(keysDir).mode & 0o777).toBe(0o700);
  });

  it('F4, R2: given the publisher’s folder, then it has no key that mints', () => {
    const theirs = join(folder, '.marketops/keys/publisher');
    expect(refusal(() => readSigningKey(theirs, 'mint')).code).toBe('key_missing');
  });

  it('given init is run again, then it refuses and no key changes', () => {
    const before = content('mint');
    const again = () =>
      initialize({ configPath: join(folder, 'marketops.yml'), config: testConfig, now: new Date() });
    expect(refusal(again).code).toBe('config_exists');
    rmSync(join(folder, 'marketops.yml'));
    expect(refusal(again).code).toBe('config_exists');
    expect(content('mint')).toEqual(before);
  });

  it('X3: given the keyring, then it holds public halves only', () => {
    const text = readFileSync(join(folder, '.marketops/keyring.json'), 'utf8');
    expect(text).not.toContain('PRIVATE');
    expect(text).not.toContain(content('receipt-hmac')['secret']);
  });
});

describe('a key that must not be used', () => {
  it('given it is missing, then the code says so and what to do', () => {
    rmSync(fileOf('mint'));
    const fault = refusal(() => readSigningKey(keysDir, 'mint'));
    expect(fault).toMatchObject({ code: 'key_missing', next: expect.stringContaining('marketops init') });
  });

  it.each([0o640, 0o604, 0o660, 0o602, 0o610])(
    'X3: given others may use its file (%o), then it is refused',
    (mode) => {
      chmodSync(fileOf('mint'), mode);
      const fault = refusal(() => readSigningKey(keysDir, 'mint'));
      expect(fault).toMatchObject({ code: 'key_exposed', next: expect.stringContaining('chmod 600') });
    },
  );

  it.each([
    ['is empty', () => ''],
    ['is no JSON', () => '{"key_id"'],
    [
      'is cut off',
      () => JSON.stringify({ ...content('mint'), private_key: content('mint')['private_key']?.slice(0, 60) }),
    ],
    ['has a field too many', () => JSON.stringify({ ...content('mint'), note: 'x' })],
    ['has a path for an id', () => JSON.stringify({ ...content('mint'), key_id: '../mint' })],
    ['is of another algorithm', () => JSON.stringify({ ...content('mint'), algorithm: 'rsa' })],
    ['is an HMAC key', () => JSON.stringify(content('receipt-hmac'))],
    ['is far too large', () => JSON.stringify({ ...content('mint'), private_key: 'x'.repeat(20_000) })],
  ])(
    'given a signing key that %s, then it is refused, and the message never holds key material',
    (_what, text) => {
      const secret = content('mint')['private_key'] ?? '';
      write('mint', text());
      const fault = refusal(() => readSigningKey(keysDir, 'mint'));
      expect(fault.code).toBe('key_invalid');
      for (const line of secret.split('\n').filter(({ length }) => length > 20))
        expect(told(fault)).not.toContain(line.slice(0, 20));
    },
  );

  it('given a pipe in place of a key, then it is refused at once, and nobody waits for a writer', () => {
    const path = join(keysDir, 'mint.json');
    rmSync(path, { force: true });
    execFileSync('mkfifo', ['-m', '600', path]);
    expect(refusal(() => readSigningKey(keysDir, 'mint')).code).toBe('key_invalid');
  });

  it.each([
    ['zeros', Buffer.alloc(32).toString('base64'), 'key_weak'],
    ['a text', Buffer.from('correct horse battery staple 32!').toString('base64'), 'key_weak'],
    ['a sequence', Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('base64'), 'key_weak'],
    ['four bytes repeated', Buffer.from('c0ffee11'.repeat(8), 'hex').toString('base64'), 'key_weak'],
    ['too short', Buffer.from('0123456789abcdef').toString('base64'), 'key_invalid'],
    ['no base64', 'changeme', 'key_invalid'],
    ['empty', '', 'key_invalid'],
  ])('X3: given an HMAC key that is %s, then it is refused without being told', (_what, secret, code) => {
    write('receipt-hmac', JSON.stringify({ ...content('receipt-hmac'), secret }));
    const fault = refusal(() => readHmacKey(keysDir, 'receipt-hmac'));
    expect(fault.code).toBe(code);
    if (secret !== '') expect(told(fault)).not.toContain(secret);
  });
});
