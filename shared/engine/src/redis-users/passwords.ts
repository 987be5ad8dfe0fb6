import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RedisCredentials } from '@marketops/store';
import { refuseExposed } from '../config/keys.js';
import { ConfigError } from '../errors.js';
import { makeFolder, replaceFile, writeNewFile } from '../files/write-whole.js';
import { passwordDigest, renderAclFile } from './acl-file.js';
import { redisUsers } from './users.js';

/** Where a user's password stands: beside the keys of whoever holds it, for REDIS_PASSWORD_FILE. */
export const redisPasswordPath = (dataDir: string, user: string): string =>
  join(dataDir, 'keys', user, 'redis-password');

/** What a Redis of this installation is started with (`--aclfile`). It holds digests, no passwords. */
export const redisAclPath = (dataDir: string): string => join(dataDir, 'redis-users.acl');

/**
 * Gives every user that has none a password of 32 random bytes, and writes the ACL file anew. Passwords that stand stay:
 * to change one, remove its file and do this again.
 * @throws ConfigError as `readRedisCredentials`; DiskError
 */
export function writeRedisUsers(dataDir: string, principals: readonly string[]): void {
  const users = redisUsers(principals);
  const digests = new Map(users.map(({ name }) => [name, passwordDigest(passwordOf(dataDir, name))]));
  const text = renderAclFile(users, (user) => digests.get(user) ?? '');
  replaceFile(redisAclPath(dataDir), text, 0o600);
}

function passwordOf(dataDir: string, user: string): string {
  const path = redisPasswordPath(dataDir, user);
  makeFolder(dirname(path), 0o700);
  writeNewFile(path, `${randomBytes(32).toString('base64url')}\n`, 0o600);
  return readRedisCredentials(dataDir, user).password;
}

/** 32 bytes in base64url. A shorter one could be guessed from its digest. */
const password = /^[A-Za-z0-9_-]{43,200}$/;

/** @throws ConfigError `key_missing`, `key_exposed`, `key_weak` */
export function readRedisCredentials(
  dataDir: string,
  username: string,
): RedisCredentials & { readonly username: string; readonly password: string } {
  const path = redisPasswordPath(dataDir, username);
  let text: string;
  try {
    refuseExposed(path, '600');
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError('key_missing', `${path} cannot be read`, {
      next: 'Start the system once, which makes what is missing, or run as the user whose file it is.',
      cause,
    });
  }
  if (password.test(text)) return { username, password: text };
  throw new ConfigError('key_weak', `${path} does not hold 32 random bytes in base64url`, {
    next: 'Remove the file and start the system again: it makes a new password.',
  });
}
