import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Made } from './all-or-none.js';
import { asDiskError } from './errors.js';

/** What a file is called while it is written; what is left with such a name was left by a process that died. */
export const draftEnding = '.draft';

/** A name for a draft beside a file that no other process takes. */
export const draftOf = (path: string): string =>
  `${path}.${process.pid}-${randomBytes(4).toString('hex')}${draftEnding}`;

/**
 * A new file, whole and on the disk when this returns; where it cannot be written whole, nothing of it stays. Not for a
 * name that anybody reads: a process that dies here leaves half of it.
 * @throws DiskError
 */
export function writeDraft(path: string, text: string, mode: number): void {
  try {
    writeFileSync(path, text, { mode, flag: 'wx', flush: true });
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') discard(path);
    throw asDiskError(fault, path);
  }
}

/** Removes a draft. Where even that fails, why it was to be removed is what must be told. */
export function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // marketops doctor tells of drafts that are left.
  }
}

/**
 * Makes a file, or leaves the one that is there alone. A reader sees all of it or none, whenever this is interrupted.
 * @param mode the file's permissions, less the umask
 * @returns false where there is something of that name already
 * @throws DiskError
 */
export function writeNewFile(path: string, text: string, mode: number): boolean {
  return throughDraft(path, text, mode, (draft) => {
    try {
      linkSync(draft, path);
      return true;
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw fault;
    }
  });
}

/** Makes a file, or replaces the one that is there: a reader sees the old one or the new one. @throws DiskError */
export function replaceFile(path: string, text: string, mode: number): void {
  throughDraft(path, text, mode, (draft) => renameSync(draft, path));
}

function throughDraft<Done>(path: string, text: string, mode: number, place: (draft: string) => Done): Done {
  const draft = draftOf(path);
  try {
    writeDraft(draft, text, mode);
    const done = place(draft);
    syncFolder(dirname(path));
    return done;
  } catch (fault) {
    throw asDiskError(fault, path);
  } finally {
    discard(draft);
  }
}

/** Without this a crash of the machine may forget the name of a file that is on the disk. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
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
