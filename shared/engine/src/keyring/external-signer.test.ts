import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey, loadSigningKey, nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExternalKeyFile } from '../config/keys.js';
import { SignerError } from './errors.js';
import { type ExternalSigner, openExternalSigner } from './external-signer.js';
import { errorLimits } from './external-signer-process.js';

/**
 * A signer as an adapter of a KMS would be: it reads requests line by line and answers. How it behaves is its argument;
 * its key stands in a file that only it reads.
 */
const program = `
const { createPrivateKey, generateKeyPairSync, sign } = require('node:crypto');
const { appendFileSync, readFileSync } = require('node:fs');
const [behaviour, keyFile, started] = process.argv.slice(2);
appendFileSync(started, process.pid + ' ' + (process.env.KMS_REGION ?? '-') + ' ' + (process.env.SECRET ?? '-') + '\\n');
if (behaviour === 'stubborn') {
  process.on('SIGTERM', () => appendFileSync(started, 'asked to end\\n'));
  setInterval(() => undefined, 1000);
}
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
    case 'stubborn': return;
    case 'all-but-one': if (id > 1) say(signed(own)); return;
    case 'grumble': for (let at = 0; at < 1000; at += 1) process.stderr.write('x'.repeat(99) + '\\n'); process.stderr.write('y'.repeat(9000), () => say(signed(own))); return;
    case 'scream': { const more = () => process.stderr.write('x'.repeat(65536) + '\\n', more); more(); return; }
    case 'last-words': return process.stderr.write('no such key\\n', () => process.exit(4));
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

  it.each([
    ['ends when asked to', 'silent', 'SIGTERM'],
    ['does not end when asked to', 'stubborn', 'SIGKILL'],
  ])(
    'given it hangs and %s, then each waits as long as its file allows, and it is killed',
    async (_what, behaviour, by) => {
      const kms = open(behaviour, 2_000);
      expect(await codeOf(kms.sign(bytes('x')))).toBe('signer_timeout');
      expect(warned).toContainEqual(expect.objectContaining({ why: 'it has answered nothing for 2000 ms' }));
      const pid = Number(starts()[0]?.split(' ')[0]);
      await kms.close();
      // Gone, and waited for: signal 0 asks whether there is such a process.
      expect(() => process.kill(pid, 0)).toThrow(expect.objectContaining({ code: 'ESRCH' }));
      expect(starts().includes('asked to end')).toBe(by === 'SIGKILL');
    },
  );

  it('given it hangs with others waiting, then they are refused with it, and the next is signed by another process', async () => {
    const kms = open('silent', 2_000);
    const codes = [codeOf(kms.sign(bytes('a'))), codeOf(kms.sign(bytes('b')))];
    expect((await Promise.all(codes)).sort()).toEqual(['signer_timeout', 'signer_unavailable']);
    const until = Date.now() + 10_000;
    while (starts().length === 1 && Date.now() < until) await codeOf(kms.sign(bytes('x')));
    expect(starts()).toHaveLength(2);
  });

  it('given it answers others and not one, then only that one waits in vain, and it goes on', async () => {
    const kms = open('all-but-one', 1_000);
    const first = codeOf(kms.sign(bytes('first')));
    expect(holds('second', await kms.sign(bytes('second')))).toBe(true);
    expect(await first).toBe('signer_timeout');
    expect(holds('third', await kms.sign(bytes('third')))).toBe(true);
    expect(starts()).toHaveLength(1);
  });

  it('given it writes much to standard error, then it signs, and only a part of each second is told', async () => {
    const kms = open('grumble');
    const beganMs = performance.now();
    expect(holds('x', await kms.sign(bytes('x')))).toBe(true);
    await kms.close();
    const seconds = 1 + Math.ceil((performance.now() - beganMs) / 1_000);
    const told = warned.filter((one) => 'said' in (one as object)).length;
    expect(told).toBeGreaterThan(10);
    expect(told * 100).toBeLessThanOrEqual(errorLimits.toldBytesPerSecond * seconds);
    const dropped = warned.reduce<number>((sum, one) => sum + ((one as { bytes?: number }).bytes ?? 0), 0);
    // All of it but a line that never ended, of which a part may still be held.
    expect(dropped + told * 100).toBeGreaterThanOrEqual(100_000);
    expect(dropped + told * 100).toBeLessThanOrEqual(109_000);
  });

  it('given it writes to standard error without end, then it is killed', async () => {
    const kms = open('scream', 60_000);
    expect(await codeOf(kms.sign(bytes('x')))).toBe('signer_unavailable');
    expect(warned).toContainEqual(
      expect.objectContaining({ why: expect.stringContaining('to standard error within a second') }),
    );
    const pid = Number(starts()[0]?.split(' ')[0]);
    await kms.close();
    expect(() => process.kill(pid, 0)).toThrow(expect.objectContaining({ code: 'ESRCH' }));
  });

  it('given it says why and dies, then that is told', async () => {
    expect(await codeOf(open('last-words').sign(bytes('x')))).toBe('signer_unavailable');
    await vi.waitFor(() => expect(warned).toContainEqual(expect.objectContaining({ said: 'no such key' })));
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
