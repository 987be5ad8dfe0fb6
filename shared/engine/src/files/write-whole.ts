import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as files from '@marketops/files';
import type { Made } from './all-or-none.js';
import { asDiskError } from './errors.js';

/* What @marketops/files does, with the disk's refusals told as what a person is to do about them. */

/** As there: whole and on the disk when this returns, and not for a name that anybody reads. @throws DiskError */
export const writeDraft = (path: string, text: string, mode: number): void =>
  telling(path, () => files.writeDraftSync(path, text, { mode }));

/**
 * Makes a file, or leaves the one that is there alone. A reader sees all of it or none, whenever this is interrupted.
 * @param mode the file's permissions, less the umask
 * @returns false where there is something of that name already
 * @throws DiskError
 */
export const writeNewFile = (path: string, text: string, mode: number): boolean =>
  telling(path, () => files.makeFileSync(path, text, { mode }));

/** Makes a file, or replaces the one that is there: a reader sees the old one or the new one. @throws DiskError */
export const replaceFile = (path: string, text: string, mode: number): void =>
  telling(path, () => files.replaceFileSync(path, text, { mode }));

function telling<Done>(path: string, write: () => Done): Done {
  try {
    return write();
  } catch (fault) {
    throw asDiskError(fault, path);
  }
}

/**
 * A folder, with those above it. One by one: mkdir's own `recursive` tells a read-only disk as a missing folder.
 * @param made is told each that was made for it
 * @throws DiskError
 */
export function makeFolder(path: string, mode?: number, made: Made = () => undefined): void {
  const missing: string[] = [];
  for (let at = resolve(path); at !== dirname(at) && !existsSync(at); at = dirname(at)) missing.push(at);
  try {
    for (const folder of missing.toReversed()) if (makeOne(folder, mode)) made(folder);
    // What is there and no folder is refused as such.
    if (!statSync(path).isDirectory()) mkdirSync(path);
  } catch (fault) {
    throw asDiskError(fault, path);
  }
}

/** @returns false where somebody else was first */
function makeOne(path: string, mode: number | undefined): boolean {
  try {
    mkdirSync(path, mode === undefined ? {} : { mode });
    return true;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fault;
  }
}
