import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSigningKey } from '@marketops/proof/node';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';

const folder = temporaryFolders();
let cwd: string;
beforeEach(async () => {
  cwd = folder();
  expect((await runCommand(['init'], { cwd })).code).toBe(0);
});

type Row = Readonly<Record<string, unknown>>;
const keys = (...args: readonly string[]) => runCommand(['keys', ...args], { cwd });
const keyring = () => readFileSync(join(cwd, '.marketops/keyring.json'), 'utf8');
const listed = async (): Promise<Row[]> => {
  const { stdout } = await keys('list', '--json');
  const { keys: rows, shared_secrets: shared } = JSON.parse(stdout) as Record<string, Row[]>;
  return [...(rows ?? []), ...(shared ?? [])];
};
const errorOf = (stdout: string): unknown => (JSON.parse(stdout) as { error: unknown }).error;

describe('marketops keys', () => {
  it('given what init made, then every key is listed as signing, and no private half is', async () => {
    const rows = await listed();
    expect(rows).toHaveLength(9);
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['signing']));
    const { stdout } = await keys('list');
    expect(stdout).toContain('receipt-hmac');
    const secret = JSON.parse(
      readFileSync(join(cwd, '.marketops/keys/federation/receipt-hmac.json'), 'utf8'),
    );
    expect(stdout + JSON.stringify(rows)).not.toContain(secret.secret);
  });

  it('given a rotation, then the old key counts until the overlap ends, and the new one is not shown', async () => {
    const { code, stdout } = await keys('rotate', 'federation', 'mint', '--overlap', '2d', '--json');
    expect(code).toBe(0);
    const made = JSON.parse(stdout) as { key_id: string; replaced: string[]; not_after: string };
    const file = JSON.parse(readFileSync(join(cwd, '.marketops/keys/federation/mint.json'), 'utf8'));
    expect(file.key_id).toBe(made.key_id);
    expect(stdout).not.toContain('PRIVATE');
    const mints = (await listed()).filter(({ purpose }) => purpose === 'mint');
    expect(mints.map(({ key_id: id, not_after }) => [id, not_after])).toEqual([
      [made.replaced[0], made.not_after],
      [made.key_id, null],
    ]);
    const overlapMs = Date.parse(made.not_after) - Date.parse(String(mints[1]?.['not_before']));
    expect(overlapMs).toBe(2 * 86_400_000);
    expect((await runCommand(['doctor'], { cwd })).stdout).toMatch(/^ok {4}keys /m);
  });

  it('given a key that stays in a KMS, then its file names the program and holds no secret', async () => {
    const { publicRawBase64 } = generateSigningKey();
    const external = [
      '--public-key',
      publicRawBase64,
      '--external',
      '/usr/local/bin/kms-signer',
      'alias/mint',
    ];
    const { code } = await keys('rotate', 'federation', 'mint', ...external);
    expect(code).toBe(0);
    const file = JSON.parse(readFileSync(join(cwd, '.marketops/keys/federation/mint.json'), 'utf8'));
    expect(file).toEqual({
      key_id: expect.stringMatching(/^federation-mint-/),
      algorithm: 'external-ed25519',
      command: ['/usr/local/bin/kms-signer', 'alias/mint'],
    });
    expect(keyring()).toContain(publicRawBase64);
  });

  it('F3: given a revocation, then it stands in the keyring for good, and says what follows', async () => {
    const id = String((await listed()).find(({ purpose }) => purpose === 'mint')?.['key_id']);
    const { code, stdout } = await keys('revoke', id, '--reason', 'stolen');
    expect(code).toBe(0);
    expect(stdout).toContain('the gate refuses every receipt it minted');
    const revoked = (await listed()).find(({ key_id: one }) => one === id);
    expect(revoked).toMatchObject({ state: 'revoked', revoked_at: expect.any(String) });
    const doctor = await runCommand(['doctor'], { cwd });
    expect(doctor.stdout).toContain('key_revoked');
    const again = await keys('revoke', id, '--reason', 'again');
    expect(again.stdout).toContain(`already, since ${String(revoked?.['revoked_at'])}`);
    expect(again.stdout).toContain('stolen');
  });

  it('given an actor’s key is revoked, then it says that streams in Redis are suspect by design', async () => {
    const id = String((await listed()).find(({ holder }) => holder === 'planner')?.['key_id']);
    expect((await keys('revoke', id, '--reason', 'stolen')).stdout).toContain('suspect from now on, by');
  });

  it('given the ledger’s acknowledgement key, then revoking it needs --force', async () => {
    const id = String((await listed()).find(({ purpose }) => purpose === 'acknowledgement')?.['key_id']);
    const { code, stdout } = await keys('revoke', id, '--reason', 'old', '--json');
    expect([code, errorOf(stdout)]).toEqual([2, expect.objectContaining({ code: 'usage_invalid' })]);
    expect((await keys('revoke', id, '--reason', 'stolen', '--force')).code).toBe(0);
    expect((await listed()).find(({ key_id: one }) => one === id)).toMatchObject({ state: 'revoked' });
  });

  it('given there is no ledger here, then signed says so', async () => {
    const id = String((await listed())[0]?.['key_id']);
    const { code, stdout } = await keys('signed', id, '--json');
    expect([code, errorOf(stdout)]).toEqual([3, expect.objectContaining({ code: 'ledger_missing' })]);
  });

  it('given what is no service, purpose, time, key or reason, then each is refused and nothing changes', async () => {
    const before = keyring();
    const refused = [
      ['rotate', 'publisher', 'mint'],
      ['rotate', 'nobody', 'actor'],
      ['rotate', 'federation', 'marker'],
      ['generate', 'federation', 'receipt-hmac'],
      ['rotate', 'federation', 'mint', '--overlap', 'soon'],
      ['rotate', 'federation', 'mint', '--overlap', '9999d'],
      ['rotate', 'federation', 'mint', '--external', '/bin/sign'],
      ['rotate', 'planner', 'actor', '--public-key', 'x', '--external', '/bin/sign'],
      ['revoke', 'federation-mint-1'],
      ['revoke', 'federation-mint-1', '--reason', 'stolen'],
    ];
    for (const args of refused) {
      const { code, stdout } = await keys(...args, '--json');
      expect(code, args.join(' ')).toBe(2);
      expect(errorOf(stdout)).toMatchObject({ code: 'usage_invalid' });
    }
    expect(keyring()).toBe(before);
  });
});
