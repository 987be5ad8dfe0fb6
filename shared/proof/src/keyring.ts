import {
  type Actor,
  type ApproverPasskey,
  invariant,
  type KeyPurpose,
  type Keyring,
  type PublicKey,
} from '@marketops/contracts';
import type { CryptoPort, P256Key, VerifyingKey } from './crypto-port.js';
import { ProofError } from './errors.js';
import { quoted } from './quoted.js';

export interface KeyQuery {
  /** As the signed thing claims it: attacker-controlled until the signature holds. */
  readonly keyId: string;
  readonly purpose: KeyPurpose;
  /** Where given, the key must belong to this service. */
  readonly actor?: Actor | undefined;
  /**
   * The latest time at which the signature can have been made, from a clock or record the signer does not control. Where
   * it is absent, nobody vouches for a time before the revocation, so a key that has one is refused.
   */
  readonly at?: string | undefined;
}

/** The pinned trust root with its keys imported once. */
export interface OpenKeyring {
  /**
   * @throws ProofError `key_unknown`, `key_wrong_purpose` (for a passkey always: it signs nothing but assertions),
   * `actor_mismatch`, `key_revoked`, `key_expired`, `key_not_yet_valid`
   */
  find(query: KeyQuery): VerifyingKey;
  /** The key as the keyring lists it, valid or not; undefined for one it does not list. */
  describe(keyId: string): PublicKey | undefined;
  /** Every key there is, in the keyring's order. */
  list(): readonly PublicKey[];
}

interface OpenKey {
  readonly listed: PublicKey;
  /** Undefined for a passkey. */
  readonly verifyingKey: VerifyingKey | undefined;
}

export const isPasskey = (key: PublicKey): key is ApproverPasskey => key.algorithm === 'webauthn-es256';

/** A passkey is imported for each look at it: it is looked at rarely, and must be a usable key all the same. */
function importKey(crypto: CryptoPort, key: PublicKey): VerifyingKey | undefined {
  if (!isPasskey(key)) return crypto.importPublicKey(key.public_key);
  crypto.importP256Key(key.public_key);
  return undefined;
}

function importKeys(crypto: CryptoPort, keyring: Keyring): Map<string, OpenKey> {
  const keys = new Map<string, OpenKey>();
  const seen = new Set<string>();
  for (const key of keyring.keys) {
    // One key under two ids or purposes would undo the separation of planning, authorization and execution (law F4).
    if (keys.has(key.key_id) || seen.has(key.public_key)) {
      throw new ProofError('key_invalid', `The key ${quoted(key.key_id)} stands twice in the keyring.`);
    }
    seen.add(key.public_key);
    try {
      keys.set(key.key_id, { listed: key, verifyingKey: importKey(crypto, key) });
    } catch (cause) {
      throw new ProofError('key_invalid', `The key ${quoted(key.key_id)} of the keyring is not usable.`, {
        cause,
      });
    }
  }
  return keys;
}

/** Times compare as text, which is sound because contracts admit one form of ISO 8601 only (24 characters, UTC). */
function checkValidity(key: PublicKey, at: string | undefined): void {
  invariant(at === undefined || (at.length === 24 && at.endsWith('Z')), 'A time has milliseconds and Z.');
  if (key.revoked_at !== null && (at === undefined || at >= key.revoked_at)) {
    throw new ProofError('key_revoked', `The key ${quoted(key.key_id)} was revoked at ${key.revoked_at}.`);
  }
  if (at !== undefined && key.not_after !== undefined && at >= key.not_after) {
    throw new ProofError('key_expired', `The key ${quoted(key.key_id)} was valid until ${key.not_after}.`);
  }
  if (at !== undefined && at < key.not_before) {
    throw new ProofError(
      'key_not_yet_valid',
      `The key ${quoted(key.key_id)} is valid from ${key.not_before} on.`,
    );
  }
}

/**
 * Imports every key of a keyring that has passed `Keyring.parse`. A key not listed does not exist: a key id is a look-up
 * in this map and never a path, a URL or an algorithm name.
 * @throws ProofError `key_invalid` naming the first key that cannot be used
 */
export function openKeyring(crypto: CryptoPort, keyring: Keyring): OpenKeyring {
  const keys = importKeys(crypto, keyring);
  return {
    find({ keyId, purpose, actor, at }) {
      const found = keys.get(keyId);
      const key = found?.listed;
      if (found === undefined || key === undefined)
        throw new ProofError('key_unknown', `The keyring has no key ${quoted(keyId)}.`);
      if (key.purpose !== purpose) {
        throw new ProofError(
          'key_wrong_purpose',
          `The key ${quoted(keyId)} is for ${key.purpose}, not ${purpose}.`,
        );
      }
      const holder = 'actor' in key ? key.actor : undefined;
      if (actor !== undefined && holder !== actor) {
        throw new ProofError(
          'actor_mismatch',
          `The key ${quoted(keyId)} belongs to ${holder ?? 'no service'}, not ${actor}.`,
        );
      }
      if (found.verifyingKey === undefined) {
        throw new ProofError(
          'key_wrong_purpose',
          `The key ${quoted(keyId)} is a passkey, and signs assertions only.`,
        );
      }
      checkValidity(key, at);
      return found.verifyingKey;
    },
    describe: (keyId) => keys.get(keyId)?.listed,
    list: () => keyring.keys,
  };
}

/**
 * The passkey of that id, where the keyring lists one for a person; undefined where it lists another kind of key, or none.
 * @throws ProofError `key_revoked`, `key_expired`, `key_not_yet_valid`
 */
export function findPasskey(
  crypto: CryptoPort,
  keyring: Pick<OpenKeyring, 'describe'>,
  { keyId, at }: Pick<KeyQuery, 'keyId' | 'at'>,
): { readonly listed: ApproverPasskey; readonly key: P256Key } | undefined {
  const listed = keyring.describe(keyId);
  if (listed === undefined || !isPasskey(listed)) return undefined;
  checkValidity(listed, at);
  return { listed, key: crypto.importP256Key(listed.public_key) };
}
