import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { LedgerPaths } from '@marketops/journal';
import { sanitize } from '../sanitize.js';

/**
 * Who writes a ledger, in words; undefined where nobody does. Rather somebody too many: a process that cannot be seen from
 * here, or has the number of one that is gone, counts.
 */
export async function writerOf({ lock }: Pick<LedgerPaths, 'lock'>): Promise<string | undefined> {
  let holder: { readonly pid?: unknown; readonly host?: unknown; readonly machine?: unknown };
  try {
    holder = JSON.parse(await readFile(lock, 'utf8')) as typeof holder;
  } catch {
    return undefined;
  }
  const { pid, host, machine } = holder;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined;
  if (typeof host === 'string' && (host !== hostname() || (await isUnseen(machine))))
    return `process ${pid} on ${sanitize(host)}`;
  try {
    process.kill(pid, 0);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  return `process ${pid}`;
}

/** Containers may share the name of their host and count their processes each from 1: there the number says nothing here. */
async function isUnseen(machine: unknown): Promise<boolean> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const here = `${boot} ${await readlink('/proc/self/ns/pid')}`;
    return typeof machine === 'string' && machine.startsWith(`${boot} `) && machine !== here;
  } catch {
    return false;
  }
}
