import { join } from 'node:path';
import type { Actor, Keyring, PublicKey, ServiceKey } from '@marketops/contracts';
import { generateSigningKey } from '@marketops/proof/node';
import { type HeldKeyring, holdingKeyring, keyringPath } from '../config/keyring-file.js';
import type { SigningKeyName } from '../config/keys.js';
import { draftKey, keysDirOf, pruneKeyFiles } from './key-files.js';
import { newKeyId, type Rotation } from './rotation.js';

/** A private half that stays where it is: an HSM or KMS, behind a program. */
export interface ExternalHalf {
  /** The raw 32 bytes in base64. */
  readonly publicKey: string;
  readonly command: readonly string[];
}

/**
 * Gives a service a new key, and the keys that it replaces an end. First the keyring lists the new key, then its private half
 * comes into the service's folder: a process never signs with what others cannot verify, whenever this is interrupted.
 * The private halves that no longer sign are removed at the next rotation.
 * @throws ConfigError `key_missing` where the service's folder is not here, and those of `editKeyring`; DiskError
 */
export const rotateSigningKey = (options: SigningRotation): Promise<Rotation> =>
  // Until the private half has its place: of two at once, one would take the place of the other's.
  holdingKeyring(keyringPath(options.dataDir), (held) => rotateHeld(held, options));

interface SigningRotation {
  readonly dataDir: string;
  readonly service: Actor;
  readonly purpose: SigningKeyName;
  readonly now: Date;
  /** How long what the old keys sign or signed counts; absent: they keep the end they have. */
  readonly overlapMs?: number | undefined;
  readonly external?: ExternalHalf | undefined;
}

function rotateHeld(held: HeldKeyring, options: SigningRotation): Rotation {
  const { dataDir, service, purpose, now, overlapMs, external } = options;
  const keysDir = keysDirOf(dataDir, service, overlapMs === undefined);
  const keyId = newKeyId(service, purpose);
  const { publicKey, file } = external === undefined ? generated(keyId) : kept(keyId, external);
  const added: ServiceKey = {
    key_id: keyId,
    purpose,
    actor: service,
    algorithm: 'ed25519',
    public_key: publicKey,
    not_before: now.toISOString(),
    revoked_at: null,
  };
  const notAfter = overlapMs === undefined ? undefined : new Date(now.getTime() + overlapMs).toISOString();
  const replaced: string[] = [];
  const draft = draftKey(keysDir, purpose, file);
  try {
    const keyring = held.edit((before) => {
      const keys = before.keys.map((key) => {
        if (notAfter === undefined || !isReplaced(key, added, notAfter)) return key;
        replaced.push(key.key_id);
        return { ...key, not_after: notAfter };
      });
      return { ...before, keys: [...keys, added] };
    });
    const path = draft.takePlace();
    const over = filesOver(keysDir, purpose, keyring, now);
    pruneKeyFiles(keysDir, purpose, (file) => over.has(file));
    return { keyId, replaced, notAfter, files: [path] };
  } finally {
    draft.discard();
  }
}

const generated = (keyId: string) => {
  const { privatePem, publicRawBase64 } = generateSigningKey();
  return {
    publicKey: publicRawBase64,
    file: { key_id: keyId, algorithm: 'ed25519', private_key: privatePem },
  };
};
const kept = (keyId: string, { publicKey, command }: ExternalHalf) => ({
  publicKey,
  file: { key_id: keyId, algorithm: 'external-ed25519', command },
});

const isReplaced = (key: PublicKey, by: ServiceKey, notAfter: string): boolean =>
  key.purpose === by.purpose &&
  key.actor === by.actor &&
  key.revoked_at === null &&
  (key.not_after === undefined || key.not_after > notAfter);

/** Where the private halves stand, or stood, of keys that are revoked or have ended. */
const filesOver = (keysDir: string, name: SigningKeyName, { keys }: Keyring, now: Date): Set<string> =>
  new Set(
    keys
      .filter(({ not_after, revoked_at }) => revoked_at !== null || (not_after ?? '9') <= now.toISOString())
      .map(({ key_id }) => join(keysDir, `${name}.${key_id}.json`)),
  );
