import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyring } from '@marketops/contracts';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.js';

interface Answer {
  readonly key_id: string;
  readonly public_key: string;
  readonly key_file: string;
  readonly error?: { readonly code: string };
}

describe('the keys of people and issuers', () => {
  let cwd = '';
  let home = '';
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'marketops-holders-'));
    home = join(cwd, 'home');
    await runCommand(['init'], { cwd });
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  const command = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCommand([...args, '--json'], { cwd, env: { HOME: home } });
    return { code, answer: JSON.parse(stdout) as Answer, all: stdout + stderr };
  };
  const keyring = () =>
    Keyring.parse(JSON.parse(readFileSync(join(cwd, '.marketops', 'keyring.json'), 'utf8')));
  const listed = (keyId: string) => keyring().keys.find((key) => key.key_id === keyId);
  const mode = (path: string) => statSync(path).mode & 0o777;

  it('F4: given a new approver, then only the public half is listed, and the private one is its owner’s alone', async () => {
    const { code, answer, all } = await command(
      ...['approver', 'add', 'alice', '--group', 'release-managers', '--group', 'ops'],
    );
    expect(code).toBe(0);
    expect(listed(answer.key_id)).toMatchObject({
      purpose: 'approver',
      principal: 'alice',
      groups: ['release-managers', 'ops'],
      public_key: answer.public_key,
      revoked_at: null,
    });
    expect(answer.key_file).toBe(join(home, '.config', 'marketops', 'keys', 'alice.json'));
    expect(mode(answer.key_file)).toBe(0o600);
    expect(mode(join(home, '.config', 'marketops', 'keys'))).toBe(0o700);
    const { private_key: secret } = JSON.parse(readFileSync(answer.key_file, 'utf8')) as {
      private_key: string;
    };
    expect(secret).toContain('PRIVATE KEY');
    expect(all).not.toContain('PRIVATE');
    expect(readFileSync(join(cwd, '.marketops', 'keyring.json'), 'utf8')).not.toContain('PRIVATE');
  });

  it('given many adds at once, then every key is listed and the keyring is whole', async () => {
    const names = ['ann', 'ben', 'cem', 'dee', 'eve', 'fay'];
    const added = await Promise.all(names.map((name) => command('approver', 'add', name)));
    expect(added.map(({ code }) => code)).toEqual(names.map(() => 0));
    const ring = keyring();
    openKeyring(nodeCrypto, ring);
    const principals = ring.keys.flatMap((key) => (key.purpose === 'approver' ? [key.principal] : []));
    expect(principals).toEqual(expect.arrayContaining(names));
    const left = readdirSync(join(cwd, '.marketops')).filter((name) => name.startsWith('keyring.json'));
    expect(left).toEqual(['keyring.json']);
  });

  it('given a key made by its owner, then its public half alone is enough to list it, under the same id', async () => {
    const made = await command('approver', 'key', 'gil', '--key-file', join(home, 'gil.json'));
    const { code, answer } = await command(
      ...['approver', 'add', 'gil', '--public-key', made.answer.public_key],
    );
    expect({ code, id: answer.key_id, file: answer.key_file }).toEqual({
      code: 0,
      id: made.answer.key_id,
      file: null,
    });
  });

  it('given a key that is listed, then it is not listed again', async () => {
    const { code, answer } = await command('approver', 'add', 'alice');
    expect({ code, error: answer.error?.code }).toEqual({ code: 2, error: 'key_listed' });
  });

  it('given a key file that others can read, then it is refused', async () => {
    const path = join(home, 'open.json');
    await command('approver', 'key', 'hal', '--key-file', path);
    chmodSync(path, 0o640);
    const { code, answer } = await command('approver', 'add', 'hal', '--key-file', path);
    expect({ code, error: answer.error?.code }).toEqual({ code: 2, error: 'key_exposed' });
  });

  it('given a key file that is there, then it is never overwritten', async () => {
    const path = join(home, 'ida.json');
    await command('approver', 'key', 'ida', '--key-file', path);
    const before = readFileSync(path, 'utf8');
    const { code, answer } = await command('approver', 'key', 'ida', '--key-file', path);
    expect({ code, error: answer.error?.code }).toEqual({ code: 2, error: 'key_file_exists' });
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('given somebody else’s key file, then it is not listed for another name', async () => {
    const { code, answer } = await command(
      ...['approver', 'add', 'jon', '--key-file', join(home, 'ida.json')],
    );
    expect({ code, error: answer.error?.code }).toEqual({ code: 2, error: 'usage_invalid' });
  });

  it.each([
    ['a key of a service', () => keyring().keys[0]?.public_key ?? '', 'key_listed'],
    ['a point of small order', () => `${'A'.repeat(43)}=`, 'key_invalid'],
    ['no base64', () => 'key', 'usage_invalid'],
  ])(
    'given %s as public half, then it is refused and the keyring stays as it is',
    async (_what, text, code) => {
      const before = keyring();
      const { answer } = await command('approver', 'add', 'kim', '--public-key', text());
      expect(answer.error?.code).toBe(code);
      expect(keyring()).toEqual(before);
    },
  );

  it('given a keyring that cannot take the key, then the key file made for it is taken back', async () => {
    const other = join(cwd, 'other');
    await runCommand(['init', '--dir', other], { cwd });
    const path = join(other, '.marketops', 'keyring.json');
    const ring = Keyring.parse(JSON.parse(readFileSync(path, 'utf8')));
    const file = join(home, 'lee.json');
    writeFileSync(`${path}.lock`, '');
    const { answer } = await command(
      ...['approver', 'add', 'lee', '--key-file', file, '--config', join(other, 'marketops.yml')],
    );
    expect(answer.error?.code).toBe('keyring_locked');
    expect(existsSync(file)).toBe(false);
    expect(Keyring.parse(JSON.parse(readFileSync(path, 'utf8')))).toEqual(ring);
  });

  it('given a removal, then the key stays listed as revoked, with the reason, and never comes back', async () => {
    const { answer: added } = await command('approver', 'add', 'mia');
    const removed = await command('approver', 'remove', 'mia', '--reason', 'left the team');
    expect(removed.code).toBe(0);
    expect(listed(added.key_id)).toMatchObject({
      revoked_because: 'left the team',
      revoked_at: expect.stringMatching(/Z$/) as string,
    });
    expect((await command('approver', 'remove', 'mia')).answer.error?.code).toBe('holder_unknown');
    expect((await command('approver', 'add', 'mia')).answer.error?.code).toBe('key_listed');
    const list = await runCommand(['approver', 'list'], { cwd });
    expect(list.stdout).toMatch(/mia.*revoked .*left the team/);
  });

  it('given a reason with a character that turns the text around, then nobody is removed', async () => {
    const { code, answer } = await command('approver', 'remove', 'alice', '--reason', 'left \u202e');
    expect({ code, error: answer.error?.code }).toEqual({ code: 2, error: 'usage_invalid' });
  });

  it('given an issuer, then its key is listed for the kinds it may vouch for, and can be revoked', async () => {
    const { answer } = await command(
      ...['issuer', 'add', 'ci', '--kind', 'ci.result', '--kind', 'risk.level'],
    );
    expect(listed(answer.key_id)).toMatchObject({
      purpose: 'evidence',
      issuer: 'ci',
      kinds: ['ci.result', 'risk.level'],
    });
    expect((await command('issuer', 'remove', 'ci')).code).toBe(0);
    expect(listed(answer.key_id)?.revoked_at).not.toBeNull();
    expect((await runCommand(['issuer', 'list'], { cwd })).stdout).toMatch(
      /ci .*ci\.result, risk\.level.*revoked/,
    );
  });
});
