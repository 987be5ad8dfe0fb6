import { linkSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { discardDraftSync, draftOf } from './drafts.js';
import { syncFolderSync } from './folders.js';
import { type FileOptions, isThere } from './write.js';

/* The same as in write.ts, step by step, for who may not wait: at a start, at an end, or while a lock is held. */

/** As `writeDraft`. @throws the system's own, such as EEXIST */
export function writeDraftSync(path: string, content: string | Uint8Array, { mode }: FileOptions): void {
  try {
    writeFileSync(path, content, { mode, flag: 'wx', flush: true });
  } catch (fault) {
    if (!isThere(fault)) discardDraftSync(path);
    throw fault;
  }
}

/** As `makeFile`. @returns false where there is something of that name already @throws the system's own */
export function makeFileSync(path: string, content: string | Uint8Array, options: FileOptions): boolean {
  return throughDraft(path, content, options, (draft) => {
    try {
      linkSync(draft, path);
      return true;
    } catch (fault) {
      if (isThere(fault)) return false;
      throw fault;
    }
  });
}

/** As `replaceFile`. @throws the system's own */
export function replaceFileSync(path: string, content: string | Uint8Array, options: FileOptions): void {
  throughDraft(path, content, options, (draft) => renameSync(draft, path));
}

function throughDraft<Done>(
  path: string,
  content: string | Uint8Array,
  options: FileOptions,
  place: (draft: string) => Done,
): Done {
  const draft = draftOf(path);
  writeDraftSync(draft, content, options);
  try {
    const done = place(draft);
    syncFolderSync(dirname(path));
    return done;
  } finally {
    discardDraftSync(draft);
  }
}
