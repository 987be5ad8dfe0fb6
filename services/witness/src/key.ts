import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NoteSigningKey } from '@marketops/proof';
import { generateSigningKey, loadSigningKey, publicRawBase64 } from '@marketops/proof/node';
import { WitnessError } from './errors.js';

/**
 * The witness's own key, `key.pem` in its folder, made at its first start together with an empty memory. Where it has one
 * of the two and not the other, somebody lost it: it makes no new key, and with the old one it signs nothing.
 * @param isNew somebody says that the key has signed nothing yet, so there is no memory to be missed
 * @throws WitnessError `witness_key_invalid`, `witness_state_invalid`
 */
export function openKey(dataDir: string, name: string, isNew: boolean): NoteSigningKey {
  const path = join(dataDir, 'key.pem');
  const memory = join(dataDir, 'logs');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (existsSync(path) && !existsSync(memory)) {
    if (!isNew)
      throw new WitnessError('witness_state_invalid', `${memory} is gone, and the key ${path} is there.`);
    mkdirSync(memory, { mode: 0o700 });
  }
  try {
    if (!existsSync(path)) {
      if (existsSync(memory)) throw new Error('it is gone');
      writeFileSync(path, generateSigningKey().privatePem, { mode: 0o600, flag: 'wx', flush: true });
      mkdirSync(memory, { mode: 0o700 });
    }
    if ((statSync(path).mode & 0o077) !== 0) throw new Error('others can read it');
    const key = loadSigningKey(readFileSync(path, 'utf8'));
    return { name, key, publicKey: publicRawBase64(key) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unreadable';
    throw new WitnessError('witness_key_invalid', `The key ${path} cannot be used: ${reason}.`, { cause });
  }
}
