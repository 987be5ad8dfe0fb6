import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from './disk.js';

const termName = (term: number): string => String(term).padStart(10, '0');

/**
 * Claims the next term above every one known: of the journal, of Redis, and of writers that claimed one and died before
 * they wrote. Terms rise; they need not be consecutive.
 */
export async function claimTerm(dir: string, knownTerms: readonly number[]): Promise<number> {
  await mkdir(dir, { recursive: true, mode: 0o750 });
  for (;;) {
    const claimed = (await readdir(dir)).filter((name) => /^\d{10}$/.test(name)).map(Number);
    const term = Math.max(0, ...knownTerms, ...claimed) + 1;
    try {
      const handle = await open(join(dir, termName(term)), 'wx', 0o640);
      await handle.close();
      await syncFolder(dir);
      await Promise.all(
        claimed.filter((old) => old < term).map((old) => rm(join(dir, termName(old)), { force: true })),
      );
      return term;
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault;
    }
  }
}
