import { constants } from 'node:fs';
import { copyFile, link, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { discardDraft, draftOf } from './drafts.js';
import { syncFolder } from './folders.js';

/*
 * A file gets its name when all of it is on the disk:
 *
 *     draft beside it ── written ── synced ──▶ linked (new) or renamed (replaced) ──▶ folder synced
 *
 * A reader sees all of the old one or all of the new one, wherever the process or the machine stops. What it leaves is a
 * draft at most. Faults are the system's own, for each caller to tell in its words.
 */

export interface FileOptions {
  /** The file's permissions, less the umask. */
  readonly mode: number;
}

export interface NewFileOptions extends FileOptions {
  /** The caller syncs the folder, once for many files: until then a crash of the machine may forget the name. */
  readonly syncsFolderLater?: boolean;
  /**
   * On a disk that knows no links it is copied to its place, exclusively: whole on return, but a process that dies meanwhile
   * leaves half of it.
   */
  readonly copiesWithoutLinks?: boolean;
}

/**
 * A new file, whole and on the disk when this returns; where it cannot be written whole, nothing of it stays. Not for a
 * name that anybody reads, nor is the name itself durable: a process that dies here leaves half of it.
 * @throws the system's own, such as EEXIST
 */
export async function writeDraft(
  path: string,
  content: string | Uint8Array,
  { mode }: FileOptions,
): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (fault) {
    await discardDraft(path);
    throw fault;
  }
}

/**
 * Makes a file, or leaves the one that is there alone: of many who make one at once, one does.
 * @returns false where there is something of that name already
 * @throws the system's own
 */
export function makeFile(
  path: string,
  content: string | Uint8Array,
  { mode, syncsFolderLater = false, copiesWithoutLinks = false }: NewFileOptions,
): Promise<boolean> {
  const place = async (draft: string): Promise<boolean> => {
    try {
      await link(draft, path);
      return true;
    } catch (fault) {
      if (isThere(fault)) return false;
      if (!copiesWithoutLinks) throw fault;
      return await copied(draft, path);
    }
  };
  return throughDraft(path, content, mode, async (draft) => {
    const isNew = await place(draft);
    if (isNew && !syncsFolderLater) await syncFolder(dirname(path));
    return isNew;
  });
}

/** Makes a file, or replaces the one that is there: a reader sees the old one or the new one. @throws the system's own */
export function replaceFile(
  path: string,
  content: string | Uint8Array,
  { mode }: FileOptions,
): Promise<void> {
  return throughDraft(path, content, mode, async (draft) => {
    await rename(draft, path);
    await syncFolder(dirname(path));
  });
}

async function throughDraft<Done>(
  path: string,
  content: string | Uint8Array,
  mode: number,
  place: (draft: string) => Promise<Done>,
): Promise<Done> {
  const draft = draftOf(path);
  await writeDraft(draft, content, { mode });
  try {
    return await place(draft);
  } finally {
    await discardDraft(draft);
  }
}

/** @returns false where the name is taken */
async function copied(draft: string, path: string): Promise<boolean> {
  try {
    await copyFile(draft, path, constants.COPYFILE_EXCL);
  } catch (fault) {
    if (isThere(fault)) return false;
    throw fault;
  }
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  return true;
}

/** Whether a name was taken already. */
export const isThere = (fault: unknown): boolean => (fault as NodeJS.ErrnoException).code === 'EEXIST';
