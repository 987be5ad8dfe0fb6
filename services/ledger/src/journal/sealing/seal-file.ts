import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { openSealedFile } from '@marketops/verifier/node';
import { syncFolder } from '../disk.js';
import { type MemberRow, memberRawBytes, membersMax, packEnd, packMember } from './members.js';

/** The longest file that can be sealed, in bytes. */
export const sealableBytesMax: number = memberRawBytes * membersMax;

export interface SealOptions {
  /** Of the plain file. Nobody may write to it any more. */
  readonly path: string;
  readonly sealedPath: string;
  /** Where it is made; nobody else may use this name. */
  readonly asidePath: string;
  readonly signal: AbortSignal;
}

export interface SealedFile {
  readonly rawBytes: number;
  readonly packedBytes: number;
}

/**
 * Writes the sealed form of a file beside it:
 *
 *     write aside ─▶ fsync ─▶ read back and compare with the plain file, byte for byte ─▶ rename ─▶ fsync of the folder
 *
 * Killed or failing anywhere before the rename, nothing has been made but a file that nobody reads. The plain one stays.
 * @throws what the disk refuses; RangeError where what was read back is not what was packed; the signal's reason
 */
export async function sealFile({ path, sealedPath, asidePath, signal }: SealOptions): Promise<SealedFile> {
  const sizes = await writeAside(path, asidePath, signal).catch(async (fault: unknown) => {
    await rm(asidePath, { force: true }).catch(() => undefined);
    throw fault;
  });
  try {
    if (!(await isSealOf(asidePath, path, signal)))
      throw new RangeError(
        `what was read back from ${basename(asidePath)} is not what ${basename(path)} holds`,
      );
    await rename(asidePath, sealedPath);
  } catch (fault) {
    await rm(asidePath, { force: true }).catch(() => undefined);
    throw fault;
  }
  await syncFolder(dirname(sealedPath));
  return sizes;
}

async function writeAside(path: string, asidePath: string, signal: AbortSignal): Promise<SealedFile> {
  const source = await open(path, 'r');
  try {
    const aside = await open(asidePath, 'wx', 0o640);
    try {
      return await pack(source, aside, signal);
    } finally {
      await aside.close();
    }
  } finally {
    await source.close();
  }
}

/** What is written between two syncs: the journal's own wait behind one of everything would be long. */
const syncEveryBytes = 4_194_304;

async function pack(source: FileHandle, aside: FileHandle, signal: AbortSignal): Promise<SealedFile> {
  const raw = Buffer.alloc(memberRawBytes);
  const rows: MemberRow[] = [];
  let rawBytes = 0;
  let packedBytes = 0;
  let unsynced = 0;
  for (;;) {
    signal.throwIfAborted();
    const length = await readFully(source, raw, rawBytes);
    if (length === 0) break;
    const { bytes, row } = await packMember(raw.subarray(0, length));
    await writeFully(aside, bytes);
    rows.push(row);
    rawBytes += length;
    packedBytes += bytes.length;
    unsynced += bytes.length;
    if (unsynced >= syncEveryBytes) {
      await aside.datasync();
      unsynced = 0;
    }
  }
  const end = packEnd(rawBytes, rows);
  await writeFully(aside, end);
  await aside.sync();
  return { rawBytes, packedBytes: packedBytes + end.length };
}

/**
 * Whether a sealed file unpacks to exactly what stands in the plain one, read by the code that everybody reads it with.
 * @throws JournalError `segment_damaged`, `journal_unreadable`
 */
export async function isSealOf(sealedPath: string, path: string, signal: AbortSignal): Promise<boolean> {
  const sealed = await openSealedFile(sealedPath, basename(path));
  try {
    const plain = await open(path, 'r');
    try {
      if ((await plain.stat()).size !== sealed.size) return false;
      const [one, other] = [Buffer.alloc(compareBytes), Buffer.alloc(compareBytes)];
      for (let at = 0; at < sealed.size; ) {
        signal.throwIfAborted();
        const length = await sealed.read(one, at);
        const read = await readFully(plain, other.subarray(0, length), at);
        if (length === 0 || read !== length || !one.subarray(0, length).equals(other.subarray(0, length)))
          return false;
        at += length;
      }
      return true;
    } finally {
      await plain.close();
    }
  } finally {
    await sealed.close();
  }
}

const compareBytes = memberRawBytes * 4;

async function readFully(file: FileHandle, target: Buffer, from: number): Promise<number> {
  let held = 0;
  while (held < target.length) {
    const { bytesRead } = await file.read(target, held, target.length - held, from + held);
    if (bytesRead === 0) break;
    held += bytesRead;
  }
  return held;
}

/** A full disk may take a part and say so only by the count. */
async function writeFully(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
}
