import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey, loadSigningKey, nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExternalKeyFile } from '../config/keys.js';
import { SignerError } from './errors.js';
import { type ExternalSigner, openExternalSigner } from './external-signer.js';

/**
 * A signer as an adapter of a KMS would be: it reads requests line by line and answers. How it behaves is its argument;
 * its key stands in a file that only it reads.
 */
const program = `
const { createPrivateKey, generateKeyPairSync, sign } = require('node:crypto');
const { appendFileSync, readFileSync } = require('node:fs');
const [behaviour, keyFile, started] = process.argv.slice(2);
appendFileSync(started, process.pid + ' ' + (process.env.KMS_REGION ?? '-') + ' ' + (process.env.SECRET ?? '-') + '\\n');
const own = createPrivateKey(readFileSync(keyFile, 'utf8'));
const other = generateKeyPairSync('ed25519').privateKey;
const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
const waiting = [];
const answer = ({ id, payload }) => {
  const bytes = Buffer.from(payload, 'base64');
  const signed = (key) => ({ id, signature: sign(null, bytes, key).toString('base64') });
  switch (behaviour) {
    case 'sign': return say(signed(own));
    case 'reverse': waiting.push(signed(own)); if (waiting.length === 3) for (const one of waiting.reverse()) say(one); return;
    case 'other-key': return say(signed(other));
    case 'other-bytes': return say({ id, signature: sign(null, Buffer.from('something else'), own).toString('base64') });
    case 'refuse': return say({ id, error: 'AccessDenied\\u001b[2J' });
    case 'silent': return;
    case 'junk': return process.stdout.write('hello\\n');
    case 'flood': return process.stdout.write('x'.repeat(100000));
    case 'die': process.exit(3);
  }
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => answer(JSON.parse(line)));
`;

let folder: string;
let publicKey: string;
let signer: ExternalSigner | undefined;
const warned: unknown[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-signer-'));
  const { privatePem, publicRawBase64 } = generateSigningKey();
  publicKey = publicRawBase64;
  writeFileSync(join(folder, 'key.pem'), privatePem, { mode: 0o600 });
  writeFileSync(join(folder, 'signer.cjs'), program);
  warned.length = 0;
});
afterEach(async () => {
  await signer?.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (behaviour: string, timeoutMs = 5_000): ExternalSigner => {
  const args = [behaviour, join(folder, 'key.pem'), join(folder, 'started')];
  const file = ExternalKeyFile.parse({
    ...{ key_id: 'federation-mint-kms', algorithm: 'external-ed25519', timeout_ms: timeoutMs },
    command: [process.execPath, join(folder, 'signer.cjs'), ...args],
    environment: ['KMS_REGION'],
  });
  const warn = (fields: unknown) => void warned.push(fields);
  const env = { PATH: process.env['PATH'], KMS_REGION: 'eu-1', SECRET: 'not for it' };
  signer = openExternalSigner({ file, publicKey, env, log: { warn, error: warn } });
  return signer;
};
const bytes = (text: string) => new TextEncoder().encode(text);
const holds = (text: string, signature: Uint8Array) =>
  nodeCrypto.verify(nodeCrypto.importPublicKey(publicKey), bytes(text), signature);
const starts = () => readFileSync(join(folder, 'started'), 'utf8').trim().split('\n');
const codeOf = (signing: Promise<unknown>) =>
  signing.then(
    () => 'signed',
    (fault: unknown) => {
      expect(fault).toBeInstanceOf(SignerError);
      // What was to be signed is not at fault.
      expect(fault).toMatchObject({ retry: 'hold' });
      return (fault as SignerError).code;
    },
  );

describe('an external signer, a process of its own', () => {
  it('given it signs, then one process serves all, with the variables its file names and no other', async () => {
    const kms = open('sign');
    const texts = Array.from({ length: 100 }, (_, at) => `payload ${at}`);
    const signatures = await Promise.all(texts.map((text) => kms.sign(bytes(text))));
    expect(texts.every((text, at) => holds(text, signatures[at] ?? new Uint8Array()))).toBe(true);
    expect(starts()).toEqual([expect.stringMatching(/^\d+ eu-1 -$/)]);
    const own = loadSigningKey(readFileSync(join(folder, 'key.pem'), 'utf8'));
    expect(Buffer.from(signatures[0] ?? [])).toEqual(Buffer.from(nodeCrypto.sign(own, 'payload 0')));
  });

  it('given it answers in another order, then each gets its own', async () => {
    const kms = open('reverse');
    const texts = ['a', 'b', 'c'];
    const signatures = await Promise.all(texts.map((text) => kms.sign(bytes(text))));
    expect(texts.map((text, at) => holds(text, signatures[at] ?? new Uint8Array()))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([
    ['signs with another key', 'other-key', 'signer_untrusted'],
    ['signs other bytes', 'other-bytes', 'signer_untrusted'],
    ['refuses', 'refuse', 'signer_refused'],
    ['answers what is no answer', 'junk', 'signer_unavailable'],
    ['answers without end', 'flood', 'signer_unavailable'],
    ['dies', 'die', 'signer_unavailable'],
  ])('R2: given it %s, then there is no signature, and it says which', async (_what, behaviour, code) => {
    expect(await codeOf(open(behaviour).sign(bytes('x')))).toBe(code);
    expect(warned.length).toBeGreaterThan(0);
  });

  it('given it says nothing, then each waits as long as its file allows', async () => {
    expect(await codeOf(open('silent', 150).sign(bytes('x')))).toBe('signer_timeout');
  });

  it('given it has died, then it is not started again at once, and then it is', async () => {
    const kms = open('die');
    expect(await codeOf(kms.sign(bytes('x')))).toBe('signer_unavailable');
    expect(await codeOf(kms.sign(bytes('x')))).toBe('signer_unavailable');
    expect(starts()).toHaveLength(1);
    const until = Date.now() + 10_000;
    while (starts().length === 1 && Date.now() < until) await codeOf(kms.sign(bytes('x')));
    expect(starts()).toHaveLength(2);
  });

  it('given more wait than may, or it is closed, then they are refused at once', async () => {
    const kms = open('silent', 1_000);
    const waiting = Array.from({ length: 256 }, () => codeOf(kms.sign(bytes('x'))));
    expect(await codeOf(kms.sign(bytes('x')))).toBe('signer_unavailable');
    expect(await codeOf(kms.sign(new Uint8Array(70_000)))).toBe('signer_unavailable');
    await kms.close();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['signer_unavailable']));
    expect(await codeOf(kms.sign(bytes('x')))).toBe('signer_unavailable');
  });

  it('given a program that is not there, then it says so', async () => {
    const file = ExternalKeyFile.parse({
      ...{ key_id: 'federation-mint-kms', algorithm: 'external-ed25519' },
      command: [join(folder, 'none')],
    });
    const log = { warn: () => undefined, error: () => undefined };
    signer = openExternalSigner({ file, publicKey, env: {}, log });
    expect(await codeOf(signer.sign(bytes('x')))).toBe('signer_unavailable');
  });

  it('given a relative program, or a shell line, then its file is refused', () => {
    const of = (command: unknown) =>
      ExternalKeyFile.safeParse({ key_id: 'k-1', algorithm: 'external-ed25519', command }).success;
    expect([of(['sign']), of(['./sign']), of('/bin/sign --now'), of([]), of(['/bin/sign', '--now'])]).toEqual(
      [false, false, false, false, true],
    );
  });
});
