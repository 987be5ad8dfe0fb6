import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { LedgerPaths } from '@marketops/journal';
import { sanitize } from '../sanitize.js';

/**
 * Who writes a ledger, in words; undefined where nobody does. Rather somebody too many: a process that cannot be seen from
 * here, or has the number of one that is gone, counts.
 */
export async function writerOf({ lock }: Pick<LedgerPaths, 'lock'>): Promise<string | undefined> {
  let holder: { readonly pid?: unknown; readonly host?: unknown };
  try {
    holder = JSON.parse(await readFile(lock, 'utf8')) as typeof holder;
  } catch {
    return undefined;
  }
  const { pid, host } = holder;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined;
  if (typeof host === 'string' && host !== hostname()) return `process ${pid} on ${sanitize(host)}`;
  try {
    process.kill(pid, 0);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  return `process ${pid}`;
}
