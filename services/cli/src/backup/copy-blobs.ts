import { createHash } from 'node:crypto';
import { opendir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { copyFile } from './copying.js';
import type { Manifest } from './manifest.js';

const hex = /^[0-9a-f]{64}$/;

/** The digests of a blob folder, in order; what else lies there is no blob. */
export async function blobNames(folder: string): Promise<string[]> {
  const found: string[] = [];
  const root = join(folder, 'sha256');
  const parts = await readdir(root).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT') return [];
    throw fault;
  });
  for (const part of parts.filter((one) => /^[0-9a-f]{2}$/.test(one)).sort()) {
    const names: string[] = [];
    for await (const { name } of await opendir(join(root, part)))
      if (hex.test(name) && name.startsWith(part)) names.push(name);
    for (const name of names.sort()) found.push(name);
  }
  return found;
}

export const blobPath = (folder: string, name: string): string =>
  join(folder, 'sha256', name.slice(0, 2), name);

/** What of a source is not in a target, with its size; to be known before anything is written. */
export async function missingBlobs(
  from: string,
  to: string,
): Promise<{ readonly names: readonly string[]; readonly bytes: number; readonly gone: readonly string[] }> {
  const [there, here] = [await blobNames(to), await blobNames(from)];
  const known = new Set(there);
  const names = here.filter((name) => !known.has(name));
  let bytes = 0;
  for (const name of names) bytes += await sizeOf(blobPath(from, name));
  const still = new Set(here);
  return { names, bytes, gone: there.filter((name) => !still.has(name)) };
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** A blob that goes while it is copied has been erased. @returns how many were copied */
export async function copyBlobs(from: string, to: string, names: readonly string[]): Promise<number> {
  let copied = 0;
  for (const name of names) {
    try {
      const { sha256 } = await copyFile(blobPath(from, name), blobPath(to, name), {});
      // Damaged where it comes from: a backup holds no lie, and whoever needs the blob is told there.
      if (sha256 !== name) await rm(blobPath(to, name), { force: true });
      else copied += 1;
    } catch (fault) {
      const { code, cause } = fault as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException };
      if (code !== 'ENOENT' && cause?.code !== 'ENOENT') throw fault;
    }
  }
  return copied;
}

export async function blobsOf(folder: string): Promise<Manifest['blobs']> {
  const names = await blobNames(folder);
  const hash = createHash('sha256');
  let bytes = 0;
  for (const name of names) {
    hash.update(`${name}\n`);
    bytes += await sizeOf(blobPath(folder, name));
  }
  return { count: names.length, bytes, names_sha256: hash.digest('hex') };
}
