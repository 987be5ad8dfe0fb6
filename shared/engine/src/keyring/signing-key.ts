import type { Actor } from '@marketops/contracts';
import type { OpenKeyring, SigningKey } from '@marketops/proof';
import type { Clock } from '../clock.js';
import type { SigningKeyName } from '../config/keys.js';
import { ConfigError } from '../errors.js';
import type { Logger } from '../log.js';
import { type HeldKeys, holdKeys, type Windowed } from './held-keys.js';
import { type SigningFileKey, signingKeysIn } from './key-folder.js';

export interface KeySource {
  readonly keysDir: string;
  readonly keyring: OpenKeyring;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error' | 'info'>;
}

/**
 * The keys of one service and purpose that the keyring lists, with the one to sign with.
 * @throws ConfigError where the folder holds what is no key, or none may be signed with
 */
export function holdSigningKeys(
  { keysDir, keyring, clock, log }: KeySource,
  actor: Actor,
  name: SigningKeyName,
): HeldKeys<SigningFileKey> {
  const windowOf = (held: SigningFileKey): Windowed<SigningFileKey>[] => {
    const listed = keyring.describe(held.keyId);
    if (listed?.purpose !== name || listed.actor !== actor) return [];
    if ('publicKey' in held && held.publicKey !== listed.public_key) return [];
    const { key_id, not_before, not_after, revoked_at } = listed;
    return [
      { key_id, not_before, ...(not_after === undefined ? {} : { not_after }), revoked_at, held, listed },
    ];
  };
  const keys = holdKeys<SigningFileKey>({
    ...{ keysDir, clock, log },
    what: `${name} key of ${actor}`,
    read: () => signingKeysIn(keysDir, name),
    windowed: (held) => held.flatMap(windowOf),
    // Whatever changes in the keyring, it lists the key by another object then.
    isCurrent: ({ key_id, listed }) => keyring.describe(key_id) === listed,
  });
  keys.current();
  return keys;
}

/** What a service signs with now. */
export interface CurrentKey {
  readonly keyId: string;
  readonly key: SigningKey;
}

/** Asked at each signature, so that a rotation needs no restart. */
export interface LiveSigningKey {
  /** @throws ConfigError (hold) where the key must not be signed with any longer */
  current(): CurrentKey;
  refresh(): void;
}

/** As `holdSigningKeys`, for keys in this process: all but the mint sign in the middle of synchronous work. */
export function openSigningKey(source: KeySource, actor: Actor, name: SigningKeyName): LiveSigningKey {
  const keys = holdSigningKeys(source, actor, name);
  const current = (): CurrentKey => {
    const key = keys.current();
    if ('key' in key) return key;
    throw new ConfigError('key_invalid', `the ${name} key of ${actor} must be in a file, and is external`, {
      next: 'Only the mint’s key may be held by an external signer.',
    });
  };
  current();
  return { current, refresh: () => keys.refresh() };
}
