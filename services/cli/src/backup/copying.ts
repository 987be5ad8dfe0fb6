import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asDiskError } from '@marketops/engine';
import type { NamedBytes } from '@marketops/verifier';

const chunkBytes = 1_048_576;

export interface Copied {
  readonly bytes: number;
  readonly sha256: string;
}

export interface CopyOptions {
  readonly bytesMax?: number;
  readonly mode?: number;
}

/** Not a link and not a pipe: what is copied is a file that stands here. */
const openFileForReading = (path: string): Promise<FileHandle> =>
  open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);

/**
 * Copies a file, at most `bytesMax` of it, through a draft beside the target: there is the old one or the new one, whole and
 * on the disk.
 * @throws DiskError
 */
export async function copyFile(from: string, to: string, options: CopyOptions): Promise<Copied> {
  const source = await openFileForReading(from);
  try {
    if (!(await source.stat()).isFile()) throw new TypeError(`${from} is no file`);
    const read = async (target: Buffer, position: number): Promise<number> =>
      (await source.read(target, 0, target.length, position)).bytesRead;
    return await copyBytes(read, to, options);
  } finally {
    await source.close();
  }
}

/** The same of bytes that are read in pieces. @throws DiskError */
export async function copyBytes(
  read: (target: Buffer, position: number) => Promise<number>,
  to: string,
  { bytesMax = Number.MAX_SAFE_INTEGER, mode = 0o640 }: CopyOptions,
): Promise<Copied> {
  const draft = `${to}.${process.pid}.draft`;
  try {
    await mkdir(dirname(to), { recursive: true, mode: 0o750 });
    const target = await open(draft, 'w', mode);
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      while (bytes < bytesMax) {
        const some = await read(chunk.subarray(0, Math.min(chunkBytes, bytesMax - bytes)), bytes);
        if (some === 0) break;
        hash.update(chunk.subarray(0, some));
        await target.writeFile(chunk.subarray(0, some));
        bytes += some;
      }
      await target.sync();
    } finally {
      await target.close();
    }
    await rename(draft, to);
    await syncFolder(dirname(to));
    return { bytes, sha256: hash.digest('hex') };
  } catch (fault) {
    await rm(draft, { force: true });
    throw asDiskError(fault, to);
  }
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/** SHA-256 of the first bytes of a journal file in its plain form. @returns undefined where it has fewer */
export async function digestOf(file: NamedBytes, bytes: number): Promise<string | undefined> {
  const reader = await file.open();
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(chunkBytes);
    for (let at = 0; at < bytes; ) {
      const some = await reader.read(chunk.subarray(0, Math.min(chunkBytes, bytes - at)), at);
      if (some === 0) return undefined;
      hash.update(chunk.subarray(0, some));
      at += some;
    }
    return hash.digest('hex');
  } finally {
    await reader.close();
  }
}

/** SHA-256 of a file as it lies there, and its size. */
export async function digestOfFile(path: string): Promise<Copied> {
  const file = await openFileForReading(path);
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunkBytes, bytes);
      if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
      hash.update(chunk.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}
