import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileError, makeFile, readBounded, removeDrafts, replaceFile, syncFolder } from '@marketops/files';
import { nodeCrypto } from '@marketops/proof/node';
import { TlogError } from '../errors.js';
import { bytesMaxOf, checkpointPath, parsePath, pathOf } from '../layout.js';
import type { HeldCheckpoint, LogObject, TilePlace } from '../ports.js';
import { inParallel } from './in-parallel.js';

const writesAtOnce = 8;
/** Folders it has written to, as far back as it is known: drafts are looked for at the first write to one. */
const foldersKnownMax = 256;

/** Puts bytes into a file's place, durably and whole; for who has to see to it that nobody else does. */
export type ReplaceFile = (path: string, bytes: Uint8Array) => Promise<void>;

/**
 * A log in a folder: any web server can serve it as it is. Every file is written beside its name, synced, and then given
 * it; its folders are synced before a write returns. A reader sees all of a file or none of it.
 *
 * The checkpoint is compared and then replaced, in two steps: that no other process does so in between is for `replace` to see
 * to, which the ledger gives. Tiles need nothing of the kind: a name that is taken is never taken again.
 *
 * What a killed process left half written is removed at the first write to its folder.
 */
export function folderPlace(root: string, replace?: ReplaceFile): TilePlace {
  const fileOf = (path: string): string => join(root, ...pathOf(parsePath(path)).split('/'));
  const failed = (what: string, cause: unknown): TlogError => {
    if (cause instanceof TlogError) return cause;
    if (cause instanceof FileError && cause.code === 'file_too_large')
      return new TlogError('place_answer_too_large', cause.message, { cause });
    return new TlogError('place_failed', `${what} in ${root}: ${reasonOf(cause)}.`, { cause });
  };

  const read = async (path: string, bytesMax: number): Promise<Uint8Array | undefined> => {
    const file = fileOf(path);
    try {
      return await readBounded(file, bytesMax);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw failed(`${path} cannot be read`, cause);
    }
  };
  const writeOne = async ({ path, bytes }: LogObject): Promise<void> => {
    const file = fileOf(path);
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o755 });
      // Its folders are synced for all that are written with it.
      if (await makeFile(file, bytes, { mode: 0o644, syncsFolderLater: true })) return;
      const there = await readBounded(file, bytes.length);
      if (!Buffer.from(bytes).equals(there)) throw conflict(path, root);
    } catch (cause) {
      if (cause instanceof FileError && cause.code === 'file_too_large') throw conflict(path, root);
      throw failed(`${path} cannot be written`, cause);
    }
  };
  const known = new Set<string>();
  const tidy = async (folder: string): Promise<void> => {
    if (known.has(folder)) return;
    if (known.size >= foldersKnownMax) known.clear();
    known.add(folder);
    await removeDrafts(folder, Date.now());
  };
  const readCheckpoint = async (): Promise<HeldCheckpoint | undefined> => {
    const bytes = await read(checkpointPath, bytesMaxOf({ kind: 'checkpoint' }));
    return bytes === undefined ? undefined : { bytes, version: nodeCrypto.sha256Hex(bytes) };
  };
  return {
    name: root,
    read,
    async write(objects) {
      for (const { path } of objects) await tidy(dirname(fileOf(path)));
      await inParallel(objects, writesAtOnce, writeOne);
      try {
        for (const folder of foldersOf(objects, root)) await syncFolder(folder);
      } catch (cause) {
        throw failed('the names of new tiles cannot be made durable', cause);
      }
    },
    async remove(paths) {
      await inParallel(paths, writesAtOnce, (path) =>
        rm(fileOf(path), { force: true }).catch(() => undefined),
      );
    },
    readCheckpoint,
    async writeCheckpoint(bytes, replaces) {
      const held = await readCheckpoint();
      if (held?.version !== replaces) throw checkpointConflict(root);
      await tidy(root);
      const file = fileOf(checkpointPath);
      try {
        await mkdir(root, { recursive: true, mode: 0o755 });
        if (replace !== undefined) await replace(file, bytes);
        else await replaceFile(file, bytes, { mode: 0o644 });
      } catch (cause) {
        throw failed('the checkpoint cannot be written', cause);
      }
      return nodeCrypto.sha256Hex(bytes);
    },
  };
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const conflict = (path: string, root: string): TlogError =>
  new TlogError('tile_conflict', `${path} is in ${root} already, with other bytes.`);

const checkpointConflict = (root: string): TlogError =>
  new TlogError('checkpoint_conflict', `Somebody else wrote the checkpoint in ${root}.`);

/** Each folder with a new name in it, up to the root, deepest first. */
function foldersOf(objects: readonly LogObject[], root: string): string[] {
  const folders = new Set<string>();
  for (const { path } of objects) {
    const elements = path.split('/');
    for (let depth = elements.length - 1; depth >= 0; depth -= 1)
      folders.add(join(root, ...elements.slice(0, depth)));
  }
  return [...folders].sort((a, b) => b.length - a.length);
}
