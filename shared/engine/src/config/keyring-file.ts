import { join } from 'node:path';
import { Keyring, limits } from '@marketops/contracts';
import { openKeyring, ProofError, parseJson } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { ConfigError } from '../errors.js';
import { replaceFile } from '../files/write-whole.js';
import { refusedChange } from '../keyring/changes.js';
import { lockKeyring, realPathOf } from './keyring-lock.js';
import { parseWith } from './parse-with.js';
import { readConfigText } from './read-config-text.js';

/** Where the pinned trust root lies. */
export const keyringPath = (dataDir: string): string => join(dataDir, 'keyring.json');

/**
 * Reads the pinned trust root: JSON of bounded size without a duplicate member, every key of it usable.
 * @throws ConfigError `config_missing`, `config_invalid`
 */
export function readKeyring(path: string): Keyring {
  return parseKeyring(readConfigText(path, 'Correct the file, or restore it.'), path);
}

function parseKeyring(text: string, path: string): Keyring {
  try {
    const value = parseJson(text, { depthMax: limits.jsonDepthMax, bytesMax: limits.requestBytesMax });
    const keyring = parseWith(Keyring, value, path);
    // Imported for nothing but the check: a point of small order, one public key under two ids.
    openKeyring(nodeCrypto, keyring);
    return keyring;
  } catch (fault) {
    if (fault instanceof ProofError) throw invalid(path, `is not valid: ${fault.message}`);
    throw fault;
  }
}

const invalid = (path: string, what: string): ConfigError =>
  new ConfigError('config_invalid', `${path} ${what}`, { next: 'Correct the file, or restore it.' });

/** The keyring while nobody else may change it, or the keys of a service on this disk. */
export interface HeldKeyring {
  /**
   * Replaces the file as a whole, so that a reader sees the old one or the new one. What every process that follows the
   * file would refuse is never written.
   * @param edit is given the keyring as it is now, and gives back the one to write
   * @throws ConfigError `keyring_change_refused`, `config_invalid`, `config_missing`; DiskError; what `edit` throws
   */
  edit(edit: (keyring: Keyring) => Keyring): Keyring;
}

/**
 * Does something as the only one who changes keys here: a lock file beside `keyring.json` keeps others waiting.
 * @throws ConfigError `keyring_locked`; DiskError; what `deed` throws
 */
export async function holdingKeyring<Done>(path: string, deed: (held: HeldKeyring) => Done): Promise<Done> {
  // Where the file is a link, what it leads to is replaced, and not the link.
  const target = realPathOf(path);
  const unlock = await lockKeyring(target);
  try {
    return deed({ edit: (edit) => replaceKeyring(path, target, edit) });
  } finally {
    unlock();
  }
}

/** Changes `keyring.json` on disk, and nothing else. @throws as `holdingKeyring` and its `edit` */
export const editKeyring = (path: string, edit: (keyring: Keyring) => Keyring): Promise<Keyring> =>
  holdingKeyring(path, (held) => held.edit(edit));

function replaceKeyring(path: string, target: string, edit: (keyring: Keyring) => Keyring): Keyring {
  const before = readKeyring(target);
  const text = `${JSON.stringify(edit(before), null, 2)}\n`;
  const after = parseKeyring(text, target);
  const refused = refusedChange(before, after);
  if (refused !== undefined) {
    throw new ConfigError('keyring_change_refused', `${path} is left as it was: ${refused}`, {
      next: 'Keys are added, given an end, or revoked. Add a new key instead of changing one.',
    });
  }
  replaceFile(target, text, 0o644);
  return after;
}
