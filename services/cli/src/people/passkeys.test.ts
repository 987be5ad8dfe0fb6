import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyring } from '@marketops/contracts';
import { encodePasskeyListing } from '@marketops/proof';
import { softAuthenticator } from '@marketops/proof/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.js';

const listingOf = ({ passkey }: ReturnType<typeof softAuthenticator>) => {
  const { principal, algorithm, public_key, credential_id, rp_id, origins } = passkey;
  return { version: 1 as const, principal, algorithm, public_key, credential_id, rp_id, origins };
};
const dora = listingOf(softAuthenticator({ principal: 'dora' }));

describe('a person’s passkey in the keyring', () => {
  let cwd = '';
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'marketops-passkeys-'));
    await runCommand(['init'], { cwd });
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));
  const add = (principal: string, line: string, ...more: readonly string[]) =>
    runCommand(['approver', 'add', principal, '--passkey', line, ...more], { cwd, env: { HOME: cwd } });
  const keyring = () =>
    Keyring.parse(JSON.parse(readFileSync(join(cwd, '.marketops', 'keyring.json'), 'utf8')));

  it('F4: given the line its page shows, then it is listed with the pages it counts on, which are told', async () => {
    const { code, stdout, stderr } = await add('dora', encodePasskeyListing(dora), '--group', 'ops');
    expect({ code, stdout, stderr }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^dora may approve, in ops: passkey dora-[0-9a-f]{8}\n$/),
      stderr: expect.stringContaining('https://console.test'),
    });
    const { version: _version, ...listed } = dora;
    expect(keyring().keys.at(-1)).toMatchObject({
      ...{ ...listed, purpose: 'approver', groups: ['ops'], revoked_at: null },
      key_id: expect.stringMatching(/^dora-[0-9a-f]{8}$/),
    });
  });

  it.each<[string, () => readonly [principal: string, line: string], string]>([
    ['listed already', () => ['dora', encodePasskeyListing(dora)], 'key_listed'],
    ['of somebody else', () => ['eve', encodePasskeyListing(dora)], 'usage_invalid'],
    ['cut off', () => ['dora', encodePasskeyListing(dora).slice(0, -8)], 'key_invalid'],
    [
      'no point of the curve',
      () => ['fay', encodePasskeyListing({ ...dora, principal: 'fay', public_key: `BA${'A'.repeat(85)}=` })],
      'key_invalid',
    ],
  ])('given one that is %s, then nothing is listed', async (_what, given, expected) => {
    const before = keyring();
    const [principal, line] = given();
    const { code, stdout } = await add(principal, line, '--json');
    expect(code).not.toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: expected } });
    expect(keyring()).toEqual(before);
  });
});
