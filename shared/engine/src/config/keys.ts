import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { KeyId, Time } from '@marketops/contracts';
import type { HmacKey, SigningKey } from '@marketops/proof';
import { loadHmacKey, loadSigningKey, nodeCrypto, publicRawBase64 } from '@marketops/proof/node';
import { z } from 'zod';
import { ConfigError } from '../errors.js';
import { refuseGuessable, refuseGuessableSecret } from './keys-strength.js';

/** The names of the key files a service may hold, each `<keys dir>/<name>.json`, and `<name>.<key id>.json` beside it. */
export type SigningKeyName = 'actor' | 'mint' | 'acknowledgement' | 'checkpoint';
export type HmacKeyName = 'receipt-hmac' | 'marker';
export type KeyName = SigningKeyName | HmacKeyName;

/** A private half as it stands in a file; the files of people say whose it is beside it. */
export const SigningKeyFile = z.strictObject({
  key_id: KeyId,
  algorithm: z.literal('ed25519'),
  private_key: z.string().max(1_000),
});
/** A private half that is somewhere else, behind a program that signs with it (`keyring/external-signer.ts`). */
export const ExternalKeyFile = z.strictObject({
  key_id: KeyId,
  algorithm: z.literal('external-ed25519'),
  /** The program and its arguments; no shell reads them. */
  command: z
    .array(z.string().min(1).max(4_096))
    .min(1)
    .max(64)
    .refine(([program = '']) => isAbsolute(program), 'must begin with an absolute path'),
  /** Names of variables that are passed on to it; besides PATH and HOME it gets no other. */
  environment: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/))
    .max(50)
    .default([]),
  timeout_ms: z.int().min(100).max(60_000).default(5_000),
});
export type ExternalKeyFile = z.infer<typeof ExternalKeyFile>;
export const HmacKeyFile = z.strictObject({
  key_id: KeyId,
  algorithm: z.literal('hmac-sha256'),
  secret: z.string().max(200),
  /** From then on it is signed with; absent: always. */
  not_before: Time.optional(),
  /** From then on it is neither signed nor verified with; absent: until it is rotated. */
  not_after: Time.optional(),
});

/** A private half in this process. */
export interface HeldSigningKey {
  readonly keyId: string;
  readonly key: SigningKey;
  /** The raw 32 bytes of the public half, as the keyring lists them. */
  readonly publicKey: string;
}
export interface HeldHmacKey {
  readonly keyId: string;
  readonly key: HmacKey;
  /** SHA-256 of the secret: tells two of them apart, and tells nobody what they are. */
  readonly fingerprint: string;
  readonly notBefore: string | undefined;
  readonly notAfter: string | undefined;
}

/** @throws ConfigError when the file is missing, readable by others, weak, or not a key. */
export const readSigningKey = (keysDir: string, name: KeyName): HeldSigningKey =>
  readKey(keysDir, name, signingKeyOf);

/** @throws ConfigError when the file is missing, readable by others, weak, or not a key. */
export const readHmacKey = (keysDir: string, name: KeyName): HeldHmacKey => readKey(keysDir, name, hmacKeyOf);

/** Of a key file's content. @throws ConfigError `key_weak`, `key_default`; whatever else where it is none */
export function signingKeyOf(value: unknown, path: string): HeldSigningKey {
  const file = SigningKeyFile.parse(value);
  const key = loadSigningKey(file.private_key);
  refuseGuessable(key, path);
  return { keyId: file.key_id, key, publicKey: publicRawBase64(key) };
}

export function hmacKeyOf(value: unknown, path: string): HeldHmacKey {
  const file = HmacKeyFile.parse(value);
  refuseGuessableSecret(file.secret, path);
  return {
    keyId: file.key_id,
    key: loadHmacKey(file.secret),
    fingerprint: nodeCrypto.sha256Hex(file.secret.trim()),
    notBefore: file.not_before,
    notAfter: file.not_after,
  };
}

/** What to do where a service's own key is missing, or no key. */
export const nextForServices = {
  missing: 'Run marketops init, or set MARKETOPS_KEYS_DIR to this service’s folder.',
  invalid: 'Run marketops init for a new set, or restore the file.',
};

const readKey = <Key>(keysDir: string, name: KeyName, parse: (value: unknown, path: string) => Key): Key =>
  readKeyFile(join(keysDir, `${name}.json`), parse, nextForServices);

const fileBytesMax = 10_000;

/**
 * Reads a file that holds a private half or a secret: bounded, and readable by its owner alone.
 * @param next what to do where it is missing, or no key
 * @throws ConfigError `key_missing`, `key_exposed`, `key_outside`, `key_invalid`, and those of `parse`; never with what the
 * file says
 */
export function readKeyFile<Key>(
  path: string,
  parse: (value: unknown, path: string) => Key,
  next: { readonly missing: string; readonly invalid: string },
): Key {
  let text: string;
  try {
    refuseOutside(path);
    refuseExposed(path, '600');
    const stats = statSync(path);
    // Before it is opened: opening a pipe waits for whoever writes into it.
    if (!stats.isFile())
      throw new ConfigError('key_invalid', `${path} is not a file`, { next: next.invalid });
    if (stats.size > fileBytesMax)
      throw new ConfigError('key_invalid', `${path} is too large for a key`, { next: next.invalid });
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError('key_missing', `${path} cannot be read`, { next: next.missing, cause });
  }
  try {
    return parse(JSON.parse(text), path);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    // The cause may quote the file; only its kind is passed on.
    throw new ConfigError(
      'key_invalid',
      `${path} does not hold a key (${cause instanceof Error ? cause.name : 'unreadable'})`,
      { next: next.invalid },
    );
  }
}

/** Whoever may read a key may use it. @param mode what to set, in octal @throws ConfigError `key_exposed` */
export function refuseExposed(path: string, mode: '600' | '700'): void {
  const stats = statSync(path);
  const stranger = process.getuid !== undefined && stats.uid !== process.getuid() && stats.uid !== 0;
  if ((stats.mode & 0o077) === 0 && !stranger) return;
  const how = stranger ? `belongs to somebody else (uid ${stats.uid})` : 'can be read by others';
  throw new ConfigError('key_exposed', `${path} ${how}`, {
    next: `Run chmod ${mode} ${path}, and rotate the key if others had access.`,
  });
}

/** A link may lead to another file of the folder (as mounted secrets do), and nowhere else. */
function refuseOutside(path: string): void {
  const real = realpathSync(path);
  if (real.startsWith(realpathSync(dirname(path)) + sep)) return;
  throw new ConfigError('key_outside', `${path} is a link that leads out of its folder`, {
    next: 'Put the file itself there: who may read and replace it is decided by its folder.',
  });
}
