import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LocalError } from '../local-error.js';

/**
 * One private Redis per data directory. Redis itself does not check: two servers over one append-only file would
 * mix their writes, so a lock file says who has the directory.
 *
 *   free ──create──▶ starting ──socket answers──▶ running ──release──▶ free
 *                       └────────── server and owner dead: stale ──rename──▶ free
 *
 * Running is judged by the socket, not by process ids: a restarted container hands out the same ids again. The
 * owner's id counts only while its server may still be starting. An owner that died while its server runs on is
 * given a moment, in which its watchdog ends the server.
 */
interface Lock {
  readonly token: string;
  readonly owner_pid: number;
  readonly socket: string;
}

const FILE = 'marketops-redis.lock';
/** A start takes at most this long; an older lock without a server behind it is stale. */
export const START_LIMIT_MS = 60_000;
const WATCHDOG_GRACE_MS = 5_000;
const RETRY_INTERVAL_MS = 20;

/** The locks of this process: its own id in an old lock file says nothing. */
const taken = new Set<string>();

/** Takes the lock, or throws `redis_data_in_use`. The answer gives it back. */
export async function lockData(dataDir: string, socket: string): Promise<() => Promise<void>> {
  const file = join(dataDir, FILE);
  const mine: Lock = { token: randomUUID(), owner_pid: process.pid, socket };
  const deadline = performance.now() + WATCHDOG_GRACE_MS;
  taken.add(mine.token);
  try {
    while (!(await created(file, mine))) await waitOrTakeOver(dataDir, file, deadline);
  } catch (error) {
    taken.delete(mine.token);
    throw error;
  }
  return async () => {
    taken.delete(mine.token);
    const held = await read(file).catch(() => undefined);
    if (held?.token === mine.token) await rm(file, { force: true });
  };
}

async function waitOrTakeOver(dataDir: string, file: string, deadline: number): Promise<void> {
  const held = await read(file);
  if (!held) return;
  const ownerLives = held.owner_pid === process.pid ? taken.has(held.token) : isAlive(held.owner_pid);
  if (await accepts(held.socket)) {
    if (ownerLives || performance.now() > deadline) throw inUse(dataDir, file, held);
    await pause(RETRY_INTERVAL_MS);
  } else if (ownerLives && (await age_ms(file)) < START_LIMIT_MS) {
    throw inUse(dataDir, file, held);
  } else {
    await removeStale(file, held);
  }
}

async function age_ms(file: string): Promise<number> {
  const stats = await stat(file).catch(() => undefined);
  return stats ? Date.now() - stats.mtimeMs : 0;
}

async function created(file: string, lock: Lock): Promise<boolean> {
  try {
    // Written beside and linked, so that nobody ever reads half a lock.
    const draft = `${file}.${lock.token}`;
    await writeFile(draft, JSON.stringify(lock), { mode: 0o600 });
    await link(draft, file).finally(() => rm(draft, { force: true }));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the stale lock aside. If someone was faster and it is their fresh lock that moved, puts it back. */
async function removeStale(file: string, stale: Lock): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await read(aside))?.token !== stale.token) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

async function read(file: string): Promise<Lock | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Lock;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LocalError('redis_data_in_use', `${file} cannot be read.`, {
      next: 'If no MarketOps runs over this directory, remove the file and start again.',
      cause: error,
    });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket);
    const answer = (connected: boolean) => () => {
      probe.destroy();
      resolve(connected);
    };
    probe.once('connect', answer(true)).once('error', answer(false));
  });
}

function inUse(dataDir: string, file: string, held: Lock): LocalError {
  return new LocalError(
    'redis_data_in_use',
    `Process ${held.owner_pid} already runs a private Redis over ${dataDir}.`,
    {
      next: `Stop that process, or use another directory. If process ${held.owner_pid} is not MarketOps, remove ${file}.`,
      retry: 'transient',
    },
  );
}
