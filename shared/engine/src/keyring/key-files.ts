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
import { type KeyName, nextForServices, readKeyFile } from '../config/keys.js';
import { ConfigError } from '../errors.js';
import { folderStamp, keyFilesOf } from './key-folder.js';

/**
 * A service's folder of keys.
 * @throws ConfigError `key_missing` where it is not here, and may not be made
 */
export function keysDirOf(dataDir: string, service: string, mayMake: boolean): string {
  const keysDir = join(dataDir, 'keys', service);
  if (mayMake && !existsSync(keysDir)) mkdirSync(keysDir, { recursive: true, mode: 0o700 });
  if (folderStamp(keysDir) !== undefined && statSync(keysDir).isDirectory()) return keysDir;
  throw new ConfigError('key_missing', `${keysDir} is not here`, {
    next: 'Run this where that service’s keys are, with the keyring that every service follows.',
  });
}

/** A key that stands in its folder under a name that nobody reads. */
export interface KeyDraft {
  readonly keysDir: string;
  /**
   * Becomes `<name>.json`, the newest key; the one before it stands beside it under its id. No instant lacks either.
   * @returns its path
   */
  takePlace(): string;
  /** Removes it, unless it has taken its place. */
  discard(): void;
}

export function draftKey(keysDir: string, name: KeyName, file: { readonly key_id: string }): KeyDraft {
  const draft = join(keysDir, `${name}.${file.key_id}.draft`);
  writePrivately(draft, file);
  return {
    keysDir,
    takePlace() {
      const path = join(keysDir, `${name}.json`);
      if (existsSync(path)) {
        const { key_id: old } = readKeyFile(path, (value) => value as { key_id: string }, nextForServices);
        const beside = join(keysDir, `${name}.${old}.json`);
        if (!existsSync(beside)) linkSync(path, beside);
      }
      renameSync(draft, path);
      chmodSync(path, 0o600);
      return path;
    },
    discard: () => rmSync(draft, { force: true }),
  };
}

/** The file says something else, and was never half written. */
export function replaceKeyFile(path: string, file: unknown): void {
  const draft = `${path}.draft`;
  rmSync(draft, { force: true });
  writePrivately(draft, file);
  try {
    renameSync(draft, path);
  } catch (fault) {
    rmSync(draft, { force: true });
    throw fault;
  }
}

/** Removes files beside `<name>.json` whose keys sign nothing any more: what does not exist cannot be stolen. */
export function pruneKeyFiles(keysDir: string, name: KeyName, isOver: (path: string) => boolean): void {
  const newest = join(keysDir, `${name}.json`);
  for (const path of keyFilesOf(keysDir, name)) if (path !== newest && isOver(path)) rmSync(path);
}

/** A new file, on the disk when this returns; where it cannot be written whole, nothing of it stays. */
function writePrivately(path: string, content: unknown): void {
  try {
    writeFileSync(path, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(path, { force: true });
    throw fault;
  }
}
