import { randomBytes } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Keyring, limits } from '@marketops/contracts';
import { openKeyring, ProofError, parseJson } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { ConfigError } from '../errors.js';
import { refusedChange } from '../keyring/changes.js';
import { parseWith } from './parse-with.js';

/** Where the pinned trust root lies. */
export const keyringPath = (dataDir: string): string => join(dataDir, 'keyring.json');

/**
 * Reads the pinned trust root: JSON of bounded size without a duplicate member, every key of it usable.
 * @throws ConfigError `config_missing`, `config_invalid`
 */
export function readKeyring(path: string): Keyring {
  let text: string;
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw invalid(path, 'is not a file');
    if (stats.size > limits.requestBytesMax)
      throw invalid(path, `is larger than ${limits.requestBytesMax} bytes`);
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError('config_missing', `${path} cannot be read`, {
      next: 'Run marketops init, or name the file with --config.',
      cause,
    });
  }
  return parseKeyring(text, path);
}

function parseKeyring(text: string, path: string): Keyring {
  try {
    const value = parseJson(text, { depthMax: limits.jsonDepthMax, bytesMax: limits.requestBytesMax });
    const keyring = parseWith(Keyring, value, path);
    // Imported for nothing but the check: a point of small order, one public key under two ids.
    openKeyring(nodeCrypto, keyring);
    return keyring;
  } catch (fault) {
    if (fault instanceof ProofError) throw invalid(path, `is not valid: ${fault.message}`);
    throw fault;
  }
}

const invalid = (path: string, what: string): ConfigError =>
  new ConfigError('config_invalid', `${path} ${what}`, { next: 'Correct the file, or restore it.' });

/**
 * Changes `keyring.json` on disk: one writer at a time (a lock file beside it), the whole file replaced by rename, so that a
 * reader sees the old one or the new one. What every process that follows the file would refuse is never written.
 * @param edit is given the keyring as it is now, and gives back the one to write
 * @throws ConfigError `keyring_change_refused`, `keyring_locked`, `config_invalid`, `config_missing`, and what `edit` throws
 */
export async function editKeyring(path: string, edit: (keyring: Keyring) => Keyring): Promise<Keyring> {
  // Where the file is a link, what it leads to is replaced, and not the link.
  const target = realPathOf(path);
  const unlock = await lock(keyringLockPath(target));
  try {
    const before = readKeyring(target);
    const text = `${JSON.stringify(edit(before), null, 2)}\n`;
    const after = parseKeyring(text, target);
    const refused = refusedChange(before, after);
    if (refused !== undefined) {
      throw new ConfigError('keyring_change_refused', `${path} is left as it was: ${refused}`, {
        next: 'Keys are added, given an end, or revoked. Add a new key instead of changing one.',
      });
    }
    await replace(target, text);
    return after;
  } finally {
    await unlock();
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await writeDurably(draft, text, 0o644);
    await rename(draft, path);
    const folder = await open(dirname(path), 'r');
    await folder.sync().finally(() => folder.close());
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDurably(path: string, text: string, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const lockWaitMs = 5_000;
const lockLookMs = 20;

/** Where the lock of a keyring lies while somebody changes it. */
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

/**
 * An edit takes milliseconds: a lock that stays was left by a process that died, and is told rather than broken. It is made
 * whole or not at all: a disk that is full must not leave one without a name.
 */
async function lock(path: string): Promise<() => Promise<void>> {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await writeDurably(draft, `${process.pid}\n`, 0o600);
    for (const startedMs = Date.now(); ; await sleep(lockLookMs)) {
      try {
        await link(draft, path);
        return () => rm(path, { force: true });
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
        if (Date.now() - startedMs >= lockWaitMs) throw lockedBy(path);
      }
    }
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    throw new ConfigError('keyring_locked', `${path} cannot be made: ${message}`, {
      next: isFull
        ? 'Make room on the disk; nothing was changed.'
        : 'Let whoever changes keys write the folder of keyring.json.',
      cause,
    });
  } finally {
    await rm(draft, { force: true });
  }
}

function lockedBy(path: string): ConfigError {
  const { pid, lives } = keyringLockHolder(path.replace(/\.lock$/, '')) ?? { pid: 0, lives: true };
  return new ConfigError(
    'keyring_locked',
    `the keyring is being changed by process ${pid}, which ${lives ? 'runs' : 'is gone'}`,
    {
      next: lives ? 'Try again when it is done.' : `Remove ${path}, and look at what that process was doing.`,
      retry: 'transient',
    },
  );
}
