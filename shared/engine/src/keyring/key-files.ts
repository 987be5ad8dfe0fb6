import { chmodSync, existsSync, linkSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { discardDraftSync as discard, draftEnding } from '@marketops/files';
import { type KeyName, nextForServices, readKeyFile } from '../config/keys.js';
import { ConfigError } from '../errors.js';
import { asDiskError } from '../files/errors.js';
import { makeFolder, writeDraft } from '../files/write-whole.js';
import { folderStamp, keyFilesOf } from './key-folder.js';

/**
 * A service's folder of keys.
 * @throws ConfigError `key_missing` where it is not here, and may not be made; DiskError
 */
export function keysDirOf(dataDir: string, service: string, mayMake: boolean): string {
  const keysDir = join(dataDir, 'keys', service);
  if (mayMake && !existsSync(keysDir)) makeFolder(keysDir, 0o700);
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
   * @throws DiskError
   */
  takePlace(): string;
  /** Removes it, unless it has taken its place. */
  discard(): void;
}

/**
 * Only while the keyring's lock is held: what rotations that died have left of this name is removed first.
 * @throws DiskError
 */
export function draftKey(keysDir: string, name: KeyName, file: { readonly key_id: string }): KeyDraft {
  for (const left of draftsIn(keysDir)) if (left.startsWith(`${name}.`)) discard(join(keysDir, left));
  const draft = join(keysDir, `${name}.${file.key_id}${draftEnding}`);
  const path = join(keysDir, `${name}.json`);
  writeDraft(draft, textOf(file), 0o600);
  return {
    keysDir,
    takePlace: () =>
      changing(path, () => {
        if (existsSync(path)) {
          const { key_id: old } = readKeyFile(path, (value) => value as { key_id: string }, nextForServices);
          const beside = join(keysDir, `${name}.${old}.json`);
          if (!existsSync(beside)) linkSync(path, beside);
        }
        renameSync(draft, path);
        chmodSync(path, 0o600);
        return path;
      }),
    discard: () => discard(draft),
  };
}

const textOf = (file: unknown): string => `${JSON.stringify(file)}\n`;

/** The names of what rotations that died have left in a folder of keys, in order; none where there is no such folder. */
export function draftsIn(keysDir: string): string[] {
  try {
    return readdirSync(keysDir)
      .filter((name) => name.endsWith(draftEnding))
      .sort();
  } catch {
    return [];
  }
}

/**
 * The file says something else, and was never half written. Only while the keyring's lock is held.
 * @throws DiskError
 */
export function replaceKeyFile(path: string, file: unknown): void {
  const draft = `${path}${draftEnding}`;
  changing(path, () => rmSync(draft, { force: true }));
  writeDraft(draft, textOf(file), 0o600);
  try {
    changing(path, () => renameSync(draft, path));
  } finally {
    discard(draft);
  }
}

/** Removes files beside `<name>.json` whose keys sign nothing any more: what does not exist cannot be stolen. */
export function pruneKeyFiles(keysDir: string, name: KeyName, isOver: (path: string) => boolean): void {
  const newest = join(keysDir, `${name}.json`);
  for (const path of keyFilesOf(keysDir, name))
    if (path !== newest && isOver(path)) changing(path, () => rmSync(path));
}

/** What the disk refuses is told as that. @throws DiskError */
function changing<Done>(path: string, change: () => Done): Done {
  try {
    return change();
  } catch (fault) {
    throw asDiskError(fault, path);
  }
}
