import { createHash } from 'node:crypto';
import { selectorOf } from './grant.js';
import { connectionCommands, type RedisUser } from './users.js';

/**
 * An ACL file for `aclfile`: every user with the digest of its password, and `default`, as whom nobody can come any more.
 * @param digestOf SHA-256 of a user's password, in hex
 */
export const renderAclFile = (users: readonly RedisUser[], digestOf: (user: string) => string): string => {
  const lines = users.map(({ name, grants }) => {
    const rules =
      grants === undefined
        ? ['~*', '&*', '+@all']
        : ['-@all', ...connectionCommands.map((command) => `+${command}`), ...grants.map(selectorOf)];
    return ['user', name, 'reset', 'on', `#${digestOf(name)}`, ...rules].join(' ');
  });
  return `${[`user default ${nobody}`, ...lines].join('\n')}\n`;
};

/**
 * Off, so nobody comes in as `default`. It has every permission all the same: as `default` Redis reads its own append-only file
 * at a start, and drops every transaction in it that `default` would not be allowed.
 */
const nobody = 'reset off ~* &* +@all';

/** A password of 32 random bytes needs no salt and no stretching. */
export const passwordDigest = (password: string): string =>
  createHash('sha256').update(password).digest('hex');
