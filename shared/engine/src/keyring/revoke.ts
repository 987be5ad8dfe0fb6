import type { PublicKey } from '@marketops/contracts';
import { editKeyring } from '../config/keyring-file.js';
import { ConfigError } from '../errors.js';

/**
 * What an actor's key signed a moment ago may be with the ledger, which has not read of the revocation yet and will commit it.
 * Nobody who has read of it believes the key any more, whenever it is dated: only the ledger's own commits are compared
 * with the date.
 */
const actorMarginMs = 5_000;

/**
 * Revokes a key: nothing it signed is believed by whoever has read of it, unless something else vouches for a time before the
 * revocation. That is dated `now`; of an actor's key five seconds later, so that what the ledger is committing does not look
 * like a thief's work for ever.
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
        ? { ...key, revoked_at: dateOf(key, now), revoked_because: reason }
        : key,
    ),
  }));
  const revoked = after.keys.find((key) => key.key_id === keyId);
  if (revoked !== undefined) return revoked;
  throw new ConfigError('key_unlisted', `the keyring does not list ${keyId}`, {
    next: 'marketops keys list shows the keys there are.',
  });
}

const dateOf = ({ purpose }: PublicKey, now: Date): string =>
  new Date(now.getTime() + (purpose === 'actor' ? actorMarginMs : 0)).toISOString();
