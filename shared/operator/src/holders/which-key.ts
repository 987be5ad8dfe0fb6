import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PrincipalId } from '@marketops/contracts';
import { ConfigError } from '@marketops/engine';
import { parsed } from '../arguments.js';
import { OperatorError } from '../errors.js';
import { type HoldersKey, keyPath, keysFolder, readHoldersKey } from './key-file.js';

/** Whose key signs, as it was asked for. */
export interface KeyChoice {
  /** The file itself. */
  readonly key?: string | undefined;
  /** The principal whose key file is in the usual place. */
  readonly as?: string | undefined;
}

/**
 * The key of the person who is here: the file named, that of the principal named, or the only one there is.
 * @throws OperatorError `usage_invalid` where there are several; ConfigError as `readHoldersKey`
 */
export function chosenKey(env: NodeJS.ProcessEnv, { key, as }: KeyChoice): HoldersKey {
  if (key !== undefined) return readHoldersKey('approver', key);
  if (as !== undefined)
    return readHoldersKey('approver', keyPath(env, 'approver', parsed(PrincipalId, '--as', as)));
  const folder = keysFolder(env, 'approver');
  const files = keyFilesIn(folder);
  const [only, second] = files;
  if (only === undefined) {
    throw new ConfigError('key_missing', `there is no key in ${folder}`, {
      next: 'Name the file of your key with --key, or have one made: marketops approver add.',
    });
  }
  if (second !== undefined) {
    const names = files.map((file) => file.replace(/\.json$/, '')).join(', ');
    throw new OperatorError('usage_invalid', `there are several keys in ${folder}: ${names}`, {
      next: 'Say whose you use: --as <principal>, or --key <file>.',
    });
  }
  return readHoldersKey('approver', join(folder, only));
}

function keyFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch {
    return [];
  }
}
