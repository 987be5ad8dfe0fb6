import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Actor, Keyring, PublicKey, ServiceKey } from '@marketops/contracts';
import { generateHmacKey, generateSigningKey } from '@marketops/proof/node';
import { editKeyring, keyringPath } from '../config/keyring-file.js';
import {
  HmacKeyFile,
  type KeyName,
  nextForServices,
  readKeyFile,
  type SigningKeyName,
} from '../config/keys.js';
import { ConfigError } from '../errors.js';
import { folderStamp, hmacKeysIn, keyFilesOf } from './key-folder.js';

/** What a rotation did. */
export interface Rotation {
  readonly keyId: string;
  /** Valid until `notAfter` still; empty for a key that joins others. */
  readonly replaced: readonly string[];
  readonly notAfter: string | undefined;
  /** The files with the new key. */
  readonly files: readonly string[];
}

/** A private half that stays where it is: an HSM or KMS, behind a program. */
export interface ExternalHalf {
  /** The raw 32 bytes in base64. */
  readonly publicKey: string;
  readonly command: readonly string[];
}

const idOf = (service: string, what: string): string =>
  `${service}-${what}-${randomBytes(4).toString('hex')}`;

/**
 * Gives a service a new key, and the keys that it replaces an end. First the keyring lists the new key, then its private half
 * comes into the service's folder: a process never signs with what others cannot verify, whenever this is interrupted.
 * The private halves that no longer sign are removed at the next rotation.
 * @param overlapMs how long what the old keys sign or signed counts; absent: they keep the end they have
 * @throws ConfigError `key_missing` where the service's folder is not here, and those of `editKeyring`
 */
export async function rotateSigningKey(options: {
  readonly dataDir: string;
  readonly service: Actor;
  readonly purpose: SigningKeyName;
  readonly now: Date;
  readonly overlapMs?: number | undefined;
  readonly external?: ExternalHalf | undefined;
}): Promise<Rotation> {
  const { dataDir, service, purpose, now, overlapMs, external } = options;
  const keysDir = folderOf(dataDir, service, overlapMs === undefined);
  const keyId = idOf(service, purpose);
  const { publicKey, file } = external === undefined ? generated(keyId) : kept(keyId, external);
  const draft = join(keysDir, `${purpose}.${keyId}.draft`);
  writeFileSync(draft, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  const added: ServiceKey = {
    ...{ key_id: keyId, purpose, actor: service, algorithm: 'ed25519', public_key: publicKey },
    ...{ not_before: now.toISOString(), revoked_at: null },
  };
  const notAfter = overlapMs === undefined ? undefined : new Date(now.getTime() + overlapMs).toISOString();
  const replaced: string[] = [];
  try {
    const keyring = await editKeyring(keyringPath(dataDir), (before) => {
      const keys = before.keys.map((key) => {
        if (notAfter === undefined || !isReplaced(key, added, notAfter)) return key;
        replaced.push(key.key_id);
        return { ...key, not_after: notAfter };
      });
      return { ...before, keys: [...keys, added] };
    });
    const path = takePlace(keysDir, purpose, draft);
    prune(keysDir, purpose, keyring, now);
    return { keyId, replaced, notAfter, files: [path] };
  } catch (fault) {
    rmSync(draft, { force: true });
    throw fault;
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

/**
 * Gives federation and publisher a new shared secret: the publisher first, for it must accept what federation mints. The
 * old one counts until the overlap ends, which its file says on both sides.
 * @throws ConfigError `key_missing` where one of the two folders is not here, and those of reading them
 */
export function rotateReceiptHmac(options: {
  readonly dataDir: string;
  readonly now: Date;
  readonly overlapMs: number;
}): Rotation {
  const { dataDir, now, overlapMs } = options;
  const name = 'receipt-hmac';
  const keyId = idOf('receipt', 'hmac');
  const secret = {
    key_id: keyId,
    algorithm: 'hmac-sha256',
    secret: generateHmacKey(),
    not_before: now.toISOString(),
  };
  const notAfter = new Date(now.getTime() + overlapMs).toISOString();
  const folders = (['publisher', 'federation'] as const).map((service) => folderOf(dataDir, service, false));
  const replaced = new Set<string>();
  // Read before anything is written: a folder in disorder is left as it is.
  for (const keysDir of folders) for (const { keyId: id } of hmacKeysIn(keysDir, name)) replaced.add(id);
  const drafts = folders.map((keysDir) => {
    const draft = join(keysDir, `${name}.${keyId}.draft`);
    writeFileSync(draft, `${JSON.stringify(secret)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    return { keysDir, draft };
  });
  const files = drafts.map(({ keysDir, draft }) => {
    endHmacKeys(keysDir, now, notAfter);
    return takePlace(keysDir, name, draft);
  });
  return { keyId, replaced: [...replaced], notAfter, files };
}

function endHmacKeys(keysDir: string, now: Date, notAfter: string): void {
  for (const path of keyFilesOf(keysDir, 'receipt-hmac')) {
    const file = readKeyFile(path, (value) => HmacKeyFile.parse(value), nextForServices);
    const ended = file.not_after !== undefined && file.not_after <= now.toISOString();
    if (ended && !path.endsWith('/receipt-hmac.json')) rmSync(path);
    else if (file.not_after === undefined || file.not_after > notAfter)
      replaceFile(path, { ...file, not_after: notAfter });
  }
}

function replaceFile(path: string, content: unknown): void {
  const draft = `${path}.draft`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  renameSync(draft, path);
}

/** `<name>.json` is the newest key, and the one before it stands beside it under its id. No instant lacks either. */
function takePlace(keysDir: string, name: KeyName, draft: string): string {
  const path = join(keysDir, `${name}.json`);
  if (existsSync(path)) {
    const { key_id: old } = readKeyFile(path, (value) => value as { key_id: string }, nextForServices);
    const beside = join(keysDir, `${name}.${old}.json`);
    if (!existsSync(beside)) linkSync(path, beside);
  }
  renameSync(draft, path);
  chmodSync(path, 0o600);
  return path;
}

/** Private halves that sign nothing any more: what does not exist cannot be stolen. */
function prune(keysDir: string, name: SigningKeyName, keyring: Keyring, now: Date): void {
  const over = new Set(
    keyring.keys
      .filter(({ not_after, revoked_at }) => revoked_at !== null || (not_after ?? '9') <= now.toISOString())
      .map(({ key_id }) => join(keysDir, `${name}.${key_id}.json`)),
  );
  for (const path of keyFilesOf(keysDir, name)) if (over.has(path)) rmSync(path);
}

function folderOf(dataDir: string, service: string, mayMake: boolean): string {
  const keysDir = join(dataDir, 'keys', service);
  if (mayMake && !existsSync(keysDir)) mkdirSync(keysDir, { recursive: true, mode: 0o700 });
  if (folderStamp(keysDir) !== undefined && statSync(keysDir).isDirectory()) return keysDir;
  throw new ConfigError('key_missing', `${keysDir} is not here`, {
    next: 'Run this where that service’s keys are, with the keyring that every service follows.',
  });
}

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
