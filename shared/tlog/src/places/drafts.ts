import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A draft lives for milliseconds. One that is older was left by a process that was killed. */
const draftAgeMs = 60_000;

/**
 * Removes what a killed process did not finish in a folder, and in none below it. Best effort: a draft is never read, it
 * only takes room.
 */
export async function removeDrafts(folder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith('.draft')) continue;
    const draft = join(folder, name);
    const stats = await stat(draft).catch(() => undefined);
    if (stats?.isFile() === true && nowMs - stats.mtimeMs > draftAgeMs)
      await rm(draft, { force: true }).catch(() => undefined);
  }
}
