import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@marketops/engine';
import {
  currentIndex,
  currentIndexPath,
  headKey,
  IndexError,
  type IndexTables,
  indexFolder,
  indexFolderName,
  indexVersion,
  openTablesIn,
} from '@marketops/journal';
import type { TermFence } from '../writers/fence.js';
import { readHolder, stateOf, thisProcess } from '../writers/holder.js';

/** The index of one writer. No other process writes into its folder. */
export interface OwnIndex {
  readonly tables: IndexTables;
  /** From now on readers read this one. To be called when it has caught up. @throws LedgerError `deposed` */
  publish(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens an index to write into. LMDB's lock is held by whoever is inside of a transaction, and a process that is stopped
 * there holds it for ever; so an index is written by one process only, and what another may still be writing is copied:
 *
 *     its writer has closed it, or has ended ─▶ taken over as it is
 *     its writer may still run (here)        ─▶ copied into a folder of our own, in one reading transaction
 *     cannot be told (another machine), no LMDB file, another version ─▶ a new one: it is derived, and made again
 *
 * Old folders are removed when readers have been sent to the new one.
 */
export async function openOwnIndex(
  root: string,
  fence: TermFence,
  log: Pick<Logger, 'info'>,
): Promise<OwnIndex> {
  await mkdir(join(root, 'index'), { recursive: true, mode: 0o750 });
  const before = currentIndex(root);
  const name =
    (before !== undefined && (await takenOver(root, before, fence))) || indexFolderName(fence.term);
  const path = indexFolder(root, name);
  await removeUnread(root, name, before);
  if (name !== before) {
    await rm(path, { recursive: true, force: true });
    await mkdir(path, { mode: 0o750 });
    if (
      before !== undefined &&
      (await isOfRunning(root, before)) &&
      (await copy(indexFolder(root, before), path))
    )
      log.info({ from: before, to: name }, 'the index of a writer that may still run was copied');
    await own(root, name, fence);
  }
  const tables = await openOrRemake(path);
  return {
    tables,
    async publish() {
      if (currentIndex(root) !== name) await fence.replace(currentIndexPath(root), `${name}\n`, 0o640);
      await removeOlder(root, name);
    },
    async close() {
      await tables.root.close();
      await rm(ownerPath(root, name), { force: true });
    },
  };
}

const ownerPath = (root: string, name: string): string => join(indexFolder(root, name), 'owner');

const own = (root: string, name: string, fence: TermFence): Promise<void> =>
  fence.replace(ownerPath(root, name), JSON.stringify(thisProcess()), 0o640);

/** @returns the name, where nobody else can be writing there */
async function takenOver(root: string, name: string, fence: TermFence): Promise<string | undefined> {
  const owner = await readHolder(ownerPath(root, name));
  if (owner !== undefined && stateOf(owner) !== 'ended') return undefined;
  try {
    // Whoever takes over after us sees who we are before we open it; and where somebody already has, this fails.
    await own(root, name, fence);
    return name;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fault;
  }
}

async function isOfRunning(root: string, name: string): Promise<boolean> {
  const owner = await readHolder(ownerPath(root, name));
  return owner !== undefined && stateOf(owner) === 'alive';
}

/** @returns false where it cannot be copied: then it is made again */
async function copy(from: string, to: string): Promise<boolean> {
  try {
    const tables = openTablesIn(from, { readOnly: true });
    try {
      // Compacted: a plain copy waits for the lock of the writer (mdb_env_copyfd0), which may be held for ever.
      await tables.root.backup(to, true);
      return true;
    } finally {
      await tables.root.close();
    }
  } catch {
    await rm(to, { recursive: true, force: true });
    await mkdir(to, { mode: 0o750 });
    return false;
  }
}

/** One that cannot be opened, or is of another version, is emptied: it is derived, and the catch-up makes it again. */
async function openOrRemake(path: string): Promise<IndexTables> {
  try {
    const tables = openTablesIn(path, { readOnly: false });
    const head = tables.meta.get(headKey);
    if (head === undefined || head.version === indexVersion) return tables;
    await tables.root.close();
  } catch (fault) {
    if (!(fault instanceof IndexError)) throw fault;
  }
  for (const file of ['data.mdb', 'lock.mdb']) await rm(join(path, file), { force: true });
  return openTablesIn(path, { readOnly: false });
}

/**
 * Left by writers that died before they had caught up: readers were never sent there. Taken away before more room is asked for,
 * or a ledger that is started again and again (by a supervisor, on a disk that is nearly full) would fill the disk.
 */
async function removeUnread(root: string, name: string, current: string | undefined): Promise<void> {
  for (const entry of await readdir(join(root, 'index'))) {
    if (/^\d{10}$/.test(entry) && entry < name && entry !== current)
      await rm(indexFolder(root, entry), { recursive: true, force: true });
  }
}

/** A later writer's folder has a higher name. Readers that have an older one open go on reading it until they look again. */
async function removeOlder(root: string, name: string): Promise<void> {
  for (const entry of await readdir(join(root, 'index'))) {
    const isOlder = /^\d{10}$/.test(entry) && entry < name;
    // Of before there were folders.
    const isStray = entry === 'data.mdb' || entry === 'lock.mdb';
    if (isOlder || isStray) await rm(join(root, 'index', entry), { recursive: true, force: true });
  }
}
