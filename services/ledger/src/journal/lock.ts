import { readFileSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { LedgerError } from '../errors.js';

/**
 * One ledger per folder. The lock spares an operator two ledgers started by mistake; it is not what keeps two writers
 * from both counting. That is the term:
 *
 *   1. a writer claims a term by creating `terms/<term>` exclusively, so no two writers have the same one;
 *   2. it writes the term into every partition's control key, and Redis refuses acknowledgements of a lower term from
 *      then on; only after that does it read where the journal ends, so whatever was acknowledged before is in it;
 *   3. its journal file's header names the entry it continues from, so what a deposed writer still adds to its own
 *      file is continued by nobody and does not count.
 *
 * A deposed writer learns of it at its next acknowledgement and stops; what it wrote since was never acknowledged.
 *
 *   free ──create──▶ held ──release──▶ free
 *                     └── holder dead: stale ──rename──▶ free
 *
 * Process ids come again after a restart, in a container at once: the holder is the process with this id *and* this
 * start time.
 */
interface Holder {
  readonly pid: number;
  /** Clock ticks since the machine's boot, where the system tells; null elsewhere. */
  readonly started: string | null;
}

const attemptsMax = 10;

/** @throws LedgerError `already_running` */
export async function lockFolder(path: string): Promise<() => Promise<void>> {
  const mine: Holder = { pid: process.pid, started: startOf(process.pid) ?? null };
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    if (await create(path, mine)) {
      return async () => {
        const holder = await read(path);
        if (holder !== undefined && isSame(holder, mine)) await rm(path, { force: true });
      };
    }
    const holder = await read(path);
    if (holder !== undefined && lives(holder)) {
      throw new LedgerError('already_running', `Process ${holder.pid} already writes this ledger (${path}).`);
    }
    await removeStale(path);
  }
  throw new LedgerError('already_running', `${path} is taken again and again by others.`);
}

async function create(path: string, holder: Holder): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify(holder));
    } finally {
      await handle.close();
    }
    return true;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fault;
  }
}

/** Undefined where there is none, or none that can be read: its writer died while it wrote. */
async function read(path: string): Promise<Holder | undefined> {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>;
    return typeof value.pid === 'number' ? { pid: value.pid, started: value.started ?? null } : undefined;
  } catch {
    return undefined;
  }
}

/** By rename, so that of two who find it stale only one removes it. */
async function removeStale(path: string): Promise<void> {
  const aside = `${path}.${process.pid}.stale`;
  try {
    await rename(path, aside);
    await rm(aside, { force: true });
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ENOENT') throw fault;
  }
}

const isSame = (a: Holder, b: Holder): boolean => a.pid === b.pid && a.started === b.started;

function lives({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  return started === null || now === undefined || now === started;
}

/** Field 22 of /proc/<pid>/stat; the name before it may hold spaces and parentheses. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
