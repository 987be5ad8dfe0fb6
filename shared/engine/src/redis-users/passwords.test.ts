import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { passwordDigest } from './acl-file.js';
import { readRedisCredentials, redisAclPath, redisPasswordPath, writeRedisUsers } from './passwords.js';
import { redisUsers } from './users.js';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'marketops-users-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const acl = (): string => readFileSync(redisAclPath(dataDir), 'utf8');

describe('the users of Redis', () => {
  it('X3: given a new installation, then each has a password of its own that its owner alone can read, and the ACL file holds none', () => {
    writeRedisUsers(dataDir, ['local']);
    const names = redisUsers(['local']).map(({ name }) => name);
    expect(readdirSync(join(dataDir, 'keys')).sort()).toEqual([...names].sort());
    const passwords = names.map((name) => readRedisCredentials(dataDir, name).password);
    expect(new Set(passwords).size).toBe(names.length);
    for (const [at, name] of names.entries()) {
      const password = passwords[at] ?? '';
      expect(Buffer.from(password, 'base64url')).toHaveLength(32);
      expect(modeOf(redisPasswordPath(dataDir, name))).toBe('600');
      expect(modeOf(join(dataDir, 'keys', name))).toBe('700');
      expect(acl()).not.toContain(password);
      expect(acl()).toContain(`user ${name} reset on #${passwordDigest(password)} `);
    }
    expect(modeOf(redisAclPath(dataDir))).toBe('600');
  });

  it('given a principal comes and another goes, then the file says so, and the passwords of the others stand', () => {
    writeRedisUsers(dataDir, ['local']);
    const before = readRedisCredentials(dataDir, 'planner');
    writeRedisUsers(dataDir, ['ci']);
    expect(readRedisCredentials(dataDir, 'planner')).toEqual(before);
    expect(acl()).toContain('user plans-ci ');
    expect(acl()).not.toContain('user plans-local ');
    expect(readdirSync(dataDir).sort()).toEqual(['keys', 'redis-users.acl']);
  });

  it.each([
    ['key_missing', (path: string) => rmSync(path)],
    ['key_exposed', (path: string) => chmodSync(path, 0o644)],
    ['key_weak', (path: string) => writeFileSync(path, 'changeme\n')],
    ['key_weak', (path: string) => writeFileSync(path, '')],
  ])('given a password that is %s, then it is refused, and not shown', (code, spoil) => {
    writeRedisUsers(dataDir, []);
    spoil(redisPasswordPath(dataDir, 'planner'));
    expect(() => readRedisCredentials(dataDir, 'planner')).toThrowError(
      expect.objectContaining({ code, message: expect.not.stringContaining('changeme') }),
    );
  });

  it('given a weak password stands, then no ACL file is written with it', () => {
    writeRedisUsers(dataDir, []);
    const before = acl();
    writeFileSync(redisPasswordPath(dataDir, 'ledger'), 'changeme\n');
    expect(() => writeRedisUsers(dataDir, [])).toThrowError(expect.objectContaining({ code: 'key_weak' }));
    expect(acl()).toBe(before);
  });
});
