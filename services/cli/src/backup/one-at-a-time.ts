import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { asDiskError } from '@marketops/engine';
import { backupRefused } from './errors.js';

const name = 'backup.lock';
const beatMs = 5_000;
/** A backup on another machine that has not been heard of for so long has been killed. */
const goneMs = 60_000;
const text = JSON.stringify({ host: hostname(), pid: process.pid });

/**
 * Does something in a backup's folder while nobody else does: two would remove one another's files. Whoever does it writes its
 * lock every few seconds; a lock that is older was left behind and is taken away. All times are those of the folder's disk.
 * @throws CliError `backup_refused`; DiskError
 */
export async function oneAtATime<Result>(folder: string, act: () => Promise<Result>): Promise<Result> {
  const path = join(folder, name);
  let lock: FileHandle;
  try {
    lock = (await taken(path)) ?? (await refuse(folder, path));
  } catch (fault) {
    throw asDiskError(fault, path);
  }
  let beating = Promise.resolve();
  const beat = setInterval(() => {
    beating = lock.write(text, 0).then(
      () => undefined,
      () => undefined,
    );
  }, beatMs);
  try {
    return await act();
  } finally {
    clearInterval(beat);
    await beating;
    const { ino } = await lock.stat();
    await lock.close();
    // Held up for longer than a minute, it may be another's by now.
    const there = await stat(path).catch(() => undefined);
    if (there?.ino === ino) await rm(path, { force: true });
  }
}

async function taken(path: string): Promise<FileHandle | undefined> {
  try {
    const lock = await open(path, 'wx', 0o600);
    await lock.write(text, 0);
    return lock;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault;
  }
  const aside = `${path}.${randomBytes(4).toString('hex')}`;
  const probe = await open(aside, 'wx', 0o600);
  try {
    await probe.write(text, 0);
    const nowMs = (await probe.stat()).mtimeMs;
    const isGone = async (one: string): Promise<boolean> => {
      const found = await stat(one).catch(() => undefined);
      return found === undefined || nowMs - found.mtimeMs > goneMs || (await hasDied(one));
    };
    if (!(await isGone(path))) return undefined;
    await rename(path, aside).catch(() => undefined);
    // Another was faster, and this is its lock: it gets it back.
    if (!(await isGone(aside)) && (await stat(aside)).ino !== (await probe.stat()).ino) {
      await link(aside, path).catch(() => undefined);
      return undefined;
    }
    const lock = await open(path, 'wx', 0o600).catch((fault: NodeJS.ErrnoException) => {
      if (fault.code === 'EEXIST') return undefined;
      throw fault;
    });
    await lock?.write(text, 0);
    return lock;
  } finally {
    await probe.close();
    await rm(aside, { force: true });
  }
}

/** Whether the process that made the lock ran on this machine and runs no more. Of one elsewhere nobody can tell from here. */
async function hasDied(path: string): Promise<boolean> {
  try {
    const { host, pid } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    if (host !== hostname() || !Number.isSafeInteger(pid) || Number(pid) <= 1) return false;
    process.kill(Number(pid), 0);
    return false;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function refuse(folder: string, path: string): Promise<never> {
  throw backupRefused(
    `another backup is being made in ${folder}`,
    `Wait until it has ended. Where none runs, one was killed: ask again in a minute, or remove ${path}.`,
  );
}
