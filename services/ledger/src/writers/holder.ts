import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { LedgerError } from '../errors.js';

/** A process, so that another can tell whether it still runs. */
export interface Holder {
  readonly host: string;
  /** One life of one kernel, and the process ids that are counted there: in a container they begin again. */
  readonly machine: string;
  readonly pid: number;
  /** Clock ticks since the machine's boot, where the system tells; null elsewhere. Process ids come again. */
  readonly started: string | null;
}

export const thisProcess = (): Holder => ({
  host: hostname(),
  machine: machineOf(),
  pid: process.pid,
  started: startOf(process.pid) ?? null,
});

/**
 * Whether a process runs. `unknown` where it cannot be seen from here: on another machine, or in another container. A
 * process that is stopped, or hangs, is alive.
 */
export function stateOf({ machine, pid, started }: Holder): 'alive' | 'ended' | 'unknown' {
  if (machine !== machineOf()) return 'unknown';
  try {
    process.kill(pid, 0);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ESRCH') return 'ended';
  }
  const now = startOf(pid);
  return started === null || now === undefined || now === started ? 'alive' : 'ended';
}

export const isSame = (a: Holder, b: Holder): boolean =>
  a.machine === b.machine && a.pid === b.pid && a.started === b.started;

/** Undefined where it is none. */
export function holderOf(text: string): Holder | undefined {
  try {
    const { host, machine, pid, started } = JSON.parse(text) as Partial<Holder>;
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
    if (typeof machine !== 'string' || machine === '') return undefined;
    return { host: String(host).slice(0, 255), machine, pid, started: started ?? null };
  } catch {
    return undefined;
  }
}

/**
 * Undefined where there is none, or half of one: its writer died while it wrote.
 * @throws LedgerError `disk_failed` where nobody can tell: an owner that cannot be read is one all the same
 */
export async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return holderOf(await readFile(path, 'utf8'));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new LedgerError('disk_failed', `${path} cannot be read: ${message}.`, { cause });
  }
}

let machine: string | undefined;

/** Two of these are the same only where the same process ids are meant. */
function machineOf(): string {
  machine ??= readMachine();
  return machine;
}

function readMachine(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return `host ${hostname()}`;
  }
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
