import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What a file is called while it is written; what is left with such a name was left by a process that died. */
export const draftEnding = '.draft';

/** A draft lives for milliseconds. One that is older was left by a process that was killed. */
const draftAgeMs = 60_000;

/** A name for a draft beside a file that no other process takes. */
export const draftOf = (path: string): string =>
  `${path}.${process.pid}-${randomBytes(4).toString('hex')}${draftEnding}`;

/** Removes a draft. Where even that fails, why it was to be removed is what must be told: it is swept later. */
export const discardDraft = (path: string): Promise<void> => rm(path, { force: true }).catch(() => undefined);

/** As `discardDraft`, for who may not wait. */
export function discardDraftSync(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // As above.
  }
}

/**
 * Removes what processes that were killed did not finish in a folder, and with `recursive` in those below it. Best effort: a
 * draft is never read, it only takes room. What is younger than a minute may be somebody's who is writing it.
 */
export async function removeDrafts(
  folder: string,
  nowMs: number,
  { recursive = false }: { readonly recursive?: boolean } = {},
): Promise<void> {
  for (const name of await readdir(folder, { recursive }).catch(() => [])) {
    if (!name.endsWith(draftEnding)) continue;
    const draft = join(folder, name);
    const stats = await stat(draft).catch(() => undefined);
    if (stats?.isFile() === true && nowMs - stats.mtimeMs > draftAgeMs) await discardDraft(draft);
  }
}
