import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KeyId } from '@marketops/contracts';
import type { HmacKey, SigningKey } from '@marketops/proof';
import { loadHmacKey, loadSigningKey } from '@marketops/proof/node';
import { z } from 'zod';
import { ConfigError } from '../errors.js';

/** The names of the key files a service may hold, each `<keys dir>/<name>.json`. */
export type KeyName = 'actor' | 'mint' | 'acknowledgement' | 'receipt-hmac' | 'marker';

const SigningKeyFile = z.strictObject({
  key_id: KeyId,
  algorithm: z.literal('ed25519'),
  private_key: z.string().max(1_000),
});
const HmacKeyFile = z.strictObject({
  key_id: KeyId,
  algorithm: z.literal('hmac-sha256'),
  secret: z.string().max(200),
});

/** @throws ConfigError when the file is missing, readable by others, or not a key. */
export function readSigningKey(
  keysDir: string,
  name: KeyName,
): { readonly keyId: string; readonly key: SigningKey } {
  return readKey(keysDir, name, (value) => {
    const file = SigningKeyFile.parse(value);
    return { keyId: file.key_id, key: loadSigningKey(file.private_key) };
  });
}

/** @throws ConfigError when the file is missing, readable by others, weak, or not a key. */
export function readHmacKey(
  keysDir: string,
  name: KeyName,
): { readonly keyId: string; readonly key: HmacKey } {
  return readKey(keysDir, name, (value) => {
    const file = HmacKeyFile.parse(value);
    return { keyId: file.key_id, key: loadHmacKey(file.secret) };
  });
}

function readKey<Key>(keysDir: string, name: KeyName, parse: (value: unknown) => Key): Key {
  const path = join(keysDir, `${name}.json`);
  let text: string;
  try {
    const { mode, size } = statSync(path);
    if ((mode & 0o077) !== 0) {
      throw new ConfigError('key_exposed', `${path} can be read by others`, {
        next: `Run chmod 600 ${path}, and rotate the key if others had access.`,
      });
    }
    if (size > 10_000)
      throw new ConfigError('key_invalid', `${path} is too large for a key`, {
        next: 'Run marketops init for a new set.',
      });
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError('key_missing', `${path} cannot be read`, {
      next: 'Run marketops init, or set MARKETOPS_KEYS_DIR to this service’s folder.',
      cause,
    });
  }
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    // The cause may quote the file; only its kind is passed on.
    throw new ConfigError(
      'key_invalid',
      `${path} does not hold a key (${cause instanceof Error ? cause.name : 'unreadable'})`,
      { next: 'Run marketops init for a new set, or restore the file.' },
    );
  }
}
