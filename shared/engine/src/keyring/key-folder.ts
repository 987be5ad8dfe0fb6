import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Actor, KeyId } from '@marketops/contracts';
import {
  ExternalKeyFile,
  type HeldHmacKey,
  type HeldSigningKey,
  type HmacKeyName,
  hmacKeyOf,
  type KeyName,
  nextForServices,
  readKeyFile,
  type SigningKeyName,
  signingKeyOf,
} from '../config/keys.js';
import { ConfigError } from '../errors.js';

/** The key files each service must have. */
export const keysOfService: Readonly<Partial<Record<Actor, readonly KeyName[]>>> = {
  planner: ['actor'],
  federation: ['actor', 'mint', 'receipt-hmac'],
  publisher: ['actor', 'receipt-hmac', 'marker'],
  ledger: ['actor', 'acknowledgement', 'checkpoint'],
  console: ['actor'],
};

/**
 * A folder made before there were tiles has no key for their checkpoints: its ledger works as it did, signs none, and says
 * so. Where the key is there, it must be as good as any other.
 */
const optionalKeys: ReadonlySet<KeyName> = new Set<KeyName>(['checkpoint']);

/** Whether a service works without this key, and the folder has no file of it. */
export function isLeftOut(keysDir: string, name: KeyName): boolean {
  return optionalKeys.has(name) && !readdirSync(keysDir).some((file) => isFileOf(name, file));
}

export const isHmacName = (name: KeyName): name is HmacKeyName =>
  name === 'receipt-hmac' || name === 'marker';

/** A private half that this process asks somebody else to sign with. */
export interface ExternalKey {
  readonly keyId: string;
  readonly external: ExternalKeyFile;
}
export type SigningFileKey = HeldSigningKey | ExternalKey;

/** `<name>.json` and, from rotation, `<name>.<key id>.json`, in the order of their names. @throws ConfigError `key_missing` */
export function keyFilesOf(keysDir: string, name: KeyName): string[] {
  let names: string[];
  try {
    names = readdirSync(keysDir);
  } catch (cause) {
    throw new ConfigError('key_missing', `${keysDir} cannot be read`, {
      next: nextForServices.missing,
      cause,
    });
  }
  const files = names.filter((file) => isFileOf(name, file)).sort();
  if (files.length === 0) {
    throw new ConfigError('key_missing', `${join(keysDir, `${name}.json`)} cannot be read`, {
      next: nextForServices.missing,
    });
  }
  return files.map((file) => join(keysDir, file));
}

function isFileOf(name: KeyName, file: string): boolean {
  if (file === `${name}.json`) return true;
  if (!file.startsWith(`${name}.`) || !file.endsWith('.json')) return false;
  return KeyId.safeParse(file.slice(name.length + 1, -'.json'.length)).success;
}

const parseSigning = (value: unknown, path: string): SigningFileKey => {
  const external = (value as { algorithm?: unknown } | null)?.algorithm === 'external-ed25519';
  if (!external) return signingKeyOf(value, path);
  const file = ExternalKeyFile.parse(value);
  return { keyId: file.key_id, external: file };
};

/** @throws ConfigError as `readKeyFile`: one bad file of a name spoils the name */
export const signingKeysIn = (keysDir: string, name: SigningKeyName): SigningFileKey[] =>
  byId(keyFilesOf(keysDir, name).map((path) => readKeyFile(path, parseSigning, nextForServices)));

export const hmacKeysIn = (keysDir: string, name: HmacKeyName): HeldHmacKey[] =>
  byId(keyFilesOf(keysDir, name).map((path) => readKeyFile(path, hmacKeyOf, nextForServices)));

/** While a rotation renames files a key may stand in two of them. */
const byId = <Key extends { readonly keyId: string }>(keys: readonly Key[]): Key[] => [
  ...new Map(keys.map((key) => [key.keyId, key])).values(),
];

/** Changes whenever a file of the folder is added, renamed or removed; undefined where it cannot be looked at. */
export function folderStamp(keysDir: string): string | undefined {
  try {
    return String(statSync(keysDir, { bigint: true }).mtimeNs);
  } catch {
    return undefined;
  }
}
