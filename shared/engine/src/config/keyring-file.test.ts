import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Keyring } from '@marketops/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KeyFolders, keyFolders } from '../testing/key-folders.js';
import { editKeyring, readKeyring } from './keyring-file.js';

let folders: KeyFolders;
beforeEach(() => {
  folders = keyFolders(new Date('2026-01-01T00:00:00.000Z'));
});
afterEach(() => folders.remove());

const text = () => readFileSync(folders.keyring, 'utf8');
const ended = (ring: Keyring): Keyring => ({
  ...ring,
  keys: ring.keys.map((key) => ({ ...key, not_after: '2026-06-01T00:00:00.000Z' })),
});
const codeOf = (edit: (ring: Keyring) => Keyring) =>
  editKeyring(folders.keyring, edit).then(
    () => 'written',
    (fault: { code?: string }) => fault.code,
  );

describe('the keyring file', () => {
  it('given an edit, then the file is replaced whole, readable by all, and nothing is left beside it', async () => {
    const before = readdirSync(dirname(folders.keyring));
    const written = await editKeyring(folders.keyring, ended);
    expect(readKeyring(folders.keyring)).toEqual(written);
    expect(written.keys.every((key) => key.not_after !== undefined)).toBe(true);
    expect(statSync(folders.keyring).mode & 0o777).toBe(0o644);
    expect(readdirSync(dirname(folders.keyring))).toEqual(before);
  });

  it.each([
    ['removes a key', (ring: Keyring) => ({ ...ring, keys: ring.keys.slice(1) }), 'keyring_change_refused'],
    [
      'is of another log',
      (ring: Keyring) => ({ ...ring, log_origin: 'elsewhere.test/log' }),
      'keyring_change_refused',
    ],
    [
      'lists a public key twice',
      (ring: Keyring) =>
        ({ ...ring, keys: [...ring.keys, { ...ring.keys[0], key_id: 'again-1' }] }) as Keyring,
      'config_invalid',
    ],
    ['is no keyring', (ring: Keyring) => ({ ...ring, version: 2 }) as unknown as Keyring, 'config_invalid'],
  ])('given an edit that %s, then it is refused and the file is as it was', async (_what, edit, code) => {
    const before = text();
    const names = readdirSync(dirname(folders.keyring));
    expect(await codeOf(edit)).toBe(code);
    expect(text()).toBe(before);
    expect(readdirSync(dirname(folders.keyring))).toEqual(names);
  });

  it('given an edit that throws, then the lock is free for the next', async () => {
    const fault = new RangeError('changed my mind');
    await expect(
      editKeyring(folders.keyring, () => {
        throw fault;
      }),
    ).rejects.toBe(fault);
    expect(await codeOf(ended)).toBe('written');
  });

  it('given a lock that a dead process left, then it is told after a while, with what to do', async () => {
    writeFileSync(`${folders.keyring}.lock`, '999999\n');
    await expect(editKeyring(folders.keyring, ended)).rejects.toMatchObject({
      code: 'keyring_locked',
      message: expect.stringContaining('999999'),
      next: expect.stringContaining('keyring.json.lock'),
    });
  }, 20_000);

  it('given the file is a link, then what it leads to is replaced and the link stays', async () => {
    const elsewhere = join(dirname(folders.keyring), 'shared');
    mkdirSync(elsewhere);
    renameSync(folders.keyring, join(elsewhere, 'keyring.json'));
    symlinkSync(join(elsewhere, 'keyring.json'), folders.keyring);
    await editKeyring(folders.keyring, ended);
    expect(lstatSync(folders.keyring).isSymbolicLink()).toBe(true);
    expect(readKeyring(join(elsewhere, 'keyring.json')).keys[0]?.not_after).toBeDefined();
  });
});
