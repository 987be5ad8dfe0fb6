import type { PublicKey } from '@marketops/contracts';
import { editKeyring } from '../config/keyring-file.js';
import { ConfigError } from '../errors.js';

/**
 * Revokes a key: from `now` on nothing it signed is believed, unless something else vouches for an earlier time.
 * @returns the key as it is listed now
 * @throws ConfigError `key_unlisted`, and those of `editKeyring`
 */
export async function revokeKey(
  path: string,
  keyId: string,
  { now, reason }: { readonly now: Date; readonly reason: string },
): Promise<PublicKey> {
  const after = await editKeyring(path, (before) => ({
    ...before,
    keys: before.keys.map((key) =>
      key.key_id === keyId && key.revoked_at === null
        ? { ...key, revoked_at: now.toISOString(), revoked_because: reason }
        : key,
    ),
  }));
  const revoked = after.keys.find((key) => key.key_id === keyId);
  if (revoked !== undefined) return revoked;
  throw new ConfigError('key_unlisted', `the keyring does not list ${keyId}`, {
    next: 'marketops keys list shows the keys there are.',
  });
}
