import { linkSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { discardDraftSync, draftOf } from '@marketops/files';
import { ConfigError } from '../errors.js';
import { asDiskError } from '../files/errors.js';
import { writeDraft } from '../files/write-whole.js';

/** What a path leads to; itself where there is nothing yet. */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Where the lock of a keyring lies while somebody changes keys. */
export const keyringLockPath = (path: string): string => `${realPathOf(path)}.lock`;

/** Who holds the lock of a keyring; undefined where nobody does. */
export function keyringLockHolder(
  path: string,
): { readonly pid: number; readonly lives: boolean } | undefined {
  try {
    const pid = Number(readFileSync(keyringLockPath(path), 'utf8').trim());
    return { pid, lives: isAlive(pid) };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const lockWaitMs = 5_000;
const lockLookMs = 20;

/**
 * A change takes milliseconds: a lock that stays was left by a process that died, and is told rather than broken. It is
 * made whole or not at all: a disk that is full must not leave one without a name.
 * @returns what unlocks it
 * @throws ConfigError `keyring_locked`; DiskError
 */
export async function lockKeyring(keyring: string): Promise<() => void> {
  const path = keyringLockPath(keyring);
  const draft = draftOf(path);
  try {
    writeDraft(draft, `${process.pid}\n`, 0o600);
    for (const startedMs = Date.now(); ; await sleep(lockLookMs)) {
      if (linked(draft, path)) return () => rmSync(path, { force: true });
      if (Date.now() - startedMs >= lockWaitMs) throw lockedBy(keyring);
    }
  } finally {
    discardDraftSync(draft);
  }
}

function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw asDiskError(fault, path);
  }
}

function lockedBy(keyring: string): ConfigError {
  const { pid, lives } = keyringLockHolder(keyring) ?? { pid: 0, lives: true };
  return new ConfigError(
    'keyring_locked',
    `the keyring is being changed by process ${pid}, which ${lives ? 'runs' : 'is gone'}`,
    {
      next: lives
        ? 'Try again when it is done.'
        : `Remove ${keyringLockPath(keyring)}, and see with marketops doctor what that process left.`,
      retry: 'transient',
    },
  );
}
