import { readdirSync } from 'node:fs';
import type { Actor } from '@marketops/contracts';
import type { OpenKeyring } from '@marketops/proof';
import { refuseExposed, type SigningKeyName } from '../config/keys.js';
import { ConfigError } from '../errors.js';
import { holderOf } from './changes.js';
import { chooseKey, type KeyWindow } from './choose.js';
import {
  hmacKeysIn,
  isHmacName,
  isLeftOut,
  keysOfService,
  type SigningFileKey,
  signingKeysIn,
} from './key-folder.js';

export interface KeysToInspect {
  readonly keysDir: string;
  readonly service: Actor;
  /** Undefined where it cannot be read: then what it says of the keys is left out. */
  readonly keyring: OpenKeyring | undefined;
  readonly nowMs: number;
}

/**
 * Everything that is wrong with a service's keys; a process must not start while there is anything. The codes are
 * `key_missing`, `key_exposed`, `key_outside`, `key_invalid`, `key_weak`, `key_default`, `key_reused`, `key_unlisted`,
 * `key_mismatch`, `key_revoked`, `key_expired` and `key_not_yet_valid`; no message holds key material.
 */
export function inspectKeys({ keysDir, service, keyring, nowMs }: KeysToInspect): ConfigError[] {
  const faults: ConfigError[] = [];
  const check = <Value>(look: () => Value): Value | undefined => {
    try {
      return look();
    } catch (fault) {
      if (fault instanceof ConfigError) faults.push(fault);
      else faults.push(unreadable(keysDir, fault));
      return undefined;
    }
  };
  check(() => refuseExposed(keysDir, '700'));
  // Where the folder itself is not there, that is all there is to say.
  if (faults.length > 0 && check(() => readdirSync(keysDir)) === undefined) return faults.slice(0, 1);
  const secrets = new Map<string, string>();
  const once = (secret: string, id: string): void => {
    const other = secrets.get(secret);
    if (other !== undefined && other !== id) faults.push(reused(keysDir, other, id));
    secrets.set(secret, id);
  };
  for (const name of keysOfService[service] ?? []) {
    if (check(() => isLeftOut(keysDir, name)) === true) continue;
    if (isHmacName(name)) {
      for (const held of check(() => hmacKeysIn(keysDir, name)) ?? [])
        once(held.fingerprint, `${name} ${held.keyId}`);
      continue;
    }
    const keys = check(() => signingKeysIn(keysDir, name));
    if (keys === undefined) continue;
    for (const held of keys) if ('key' in held) once(held.publicKey, `${name} ${held.keyId}`);
    if (keyring === undefined) continue;
    faults.push(...listingFaults(keys, { keysDir, service, name, keyring }));
    if (faults.length > 0) continue;
    check(() => chooseKey(windowsOf(keys, keyring), nowMs, `${name} key of ${service}`));
  }
  return faults;
}

/** A private half signs only what others verify by the public half that the keyring lists under the same id. */
function listingFaults(
  keys: readonly SigningFileKey[],
  where: { keysDir: string; service: Actor; name: SigningKeyName; keyring: OpenKeyring },
): ConfigError[] {
  const { keysDir, service, name, keyring } = where;
  return keys.flatMap((held) => {
    const listed = keyring.describe(held.keyId);
    if (listed === undefined) {
      return new ConfigError('key_unlisted', `the keyring does not list ${held.keyId}, of ${keysDir}`, {
        next: 'Distribute the keyring that lists it, or remove the file.',
      });
    }
    if (listed.purpose !== name || holderOf(listed) !== service) {
      return mismatch(
        held.keyId,
        `a key of ${holderOf(listed)} for ${listed.purpose}, not of ${service} for ${name}`,
      );
    }
    const differs = 'publicKey' in held && held.publicKey !== listed.public_key;
    return differs ? mismatch(held.keyId, 'another public half than that of the private half here') : [];
  });
}

const windowsOf = (keys: readonly SigningFileKey[], keyring: OpenKeyring): KeyWindow[] =>
  keys.flatMap(({ keyId }) => keyring.describe(keyId) ?? []);

const mismatch = (keyId: string, what: string): ConfigError =>
  new ConfigError('key_mismatch', `the keyring lists ${keyId} as ${what}`, {
    next: 'Restore the private half that belongs to the keyring, or make a new key with marketops keys rotate.',
  });

const reused = (keysDir: string, one: string, other: string): ConfigError =>
  new ConfigError('key_reused', `${one} and ${other} in ${keysDir} are the same secret`, {
    next: 'Give each purpose a key of its own: marketops keys rotate.',
  });

const unreadable = (keysDir: string, cause: unknown): ConfigError =>
  new ConfigError('key_missing', `${keysDir} cannot be read`, {
    next: 'Run marketops init, or set MARKETOPS_KEYS_DIR to this service’s folder.',
    cause,
  });
