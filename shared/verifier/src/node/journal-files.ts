import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ByteReader, NamedBytes } from '../bytes.js';
import { JournalError } from '../journal/errors.js';
import { type JournalFile, journalFilesAmong } from '../journal/file.js';
import { parseJournalFileName, sealedEnding } from '../journal/file-name.js';
import { openSealed, sealedName } from '../sealed/reader.js';
import { inflateNode } from './inflate.js';

/**
 * A file on this machine. Opening it throws JournalError `journal_unreadable`, also where it is no file.
 *
 * A journal file may be sealed at any time: whichever of its two forms is named, the one that is there when it is opened is
 * read, the plain one where both are. Offsets are always those of the plain one.
 */
export const fileAt = (path: string): NamedBytes => {
  const name = basename(path);
  const plain = sealedName(name) ?? name;
  const at = join(dirname(path), plain);
  return {
    name: plain,
    open: () => (parseJournalFileName(plain) === undefined ? openPlain(at) : openEither(at)),
  };
};

async function openEither(path: string): Promise<ByteReader> {
  try {
    return await openPlain(path);
  } catch (fault) {
    if (!isAbsent(fault)) throw fault;
    return openSealedAt(path).catch((other: unknown) => {
      // Unsealed in the very moment; or there is none either, and the fault names the plain one.
      if (isAbsent(other)) return openPlain(path);
      throw other;
    });
  }
}

async function openPlain(path: string): Promise<ByteReader> {
  const { handle, size } = await openRegular(path);
  return {
    size,
    read: async (target, position) => (await handle.read(target, 0, target.length, position)).bytesRead,
    close: () => handle.close(),
  };
}

/**
 * A sealed file, also one that is not called so yet.
 * @param name of the plain file; stands in verdicts
 * @throws JournalError `journal_unreadable`, `segment_damaged`
 */
export const openSealedFile = async (path: string, name: string): Promise<ByteReader> =>
  openSealed(await openPlain(path), name, inflateNode);

const openSealedAt = (path: string): Promise<ByteReader> =>
  openSealedFile(`${path}${sealedEnding}`, basename(path));

const isAbsent = (fault: unknown): boolean =>
  fault instanceof JournalError && (fault.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';

async function openRegular(path: string): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  try {
    // Not blocking: nobody may ever write to a pipe, and neither a pipe nor a device need end.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (stat.isFile()) return { handle, size: stat.size };
    await handle.close();
    throw new TypeError('it is no file');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new JournalError('journal_unreadable', `${path} cannot be read: ${why}.`, { cause });
  }
}

/** A journal file on this machine; `bytes` are those of the plain form. */
export interface LocalJournalFile extends JournalFile {
  /** Of the form that stood there when it was listed. */
  readonly path: string;
  readonly sealed: boolean;
  /** What that form takes of the disk. */
  readonly diskBytes: number;
}

/**
 * The journal's files in the order they follow one another; other files are not the journal's and are left out.
 * @throws JournalError `journal_unreadable`
 */
export async function listJournal(dir: string): Promise<LocalJournalFile[]> {
  try {
    const names = (await stableNames(dir)).flatMap((name) => sealedName(name) ?? name);
    const plain = [...new Set(names)].filter((name) => parseJournalFileName(name) !== undefined);
    return journalFilesAmong(await Promise.all(plain.map((name) => fileIn(dir, name))));
  } catch (cause) {
    throw new JournalError('journal_unreadable', `The journal folder ${dir} cannot be read.`, { cause });
  }
}

const listingsMax = 5;

/** A name may be exchanged for another while they are read; the folder's time tells. */
async function stableNames(dir: string): Promise<string[]> {
  let before = await changedAt(dir);
  for (let listing = 1; ; listing += 1) {
    const names = await readdir(dir);
    const after = await changedAt(dir);
    if (after === before || listing === listingsMax) return names;
    before = after;
  }
}

const changedAt = async (dir: string): Promise<bigint> => (await stat(dir, { bigint: true })).mtimeNs;

async function fileIn(dir: string, name: string): Promise<Omit<LocalJournalFile, 'term' | 'firstSequence'>> {
  const plain = join(dir, name);
  const asPlain = async () => {
    const { size } = await stat(plain);
    return { ...fileAt(plain), path: plain, sealed: false, bytes: size, diskBytes: size };
  };
  try {
    return await asPlain();
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ENOENT') throw fault;
  }
  const path = `${plain}${sealedEnding}`;
  try {
    const stats = await stat(path, { bigint: true });
    const bytes = await rawBytesOf(path, stats);
    return { ...fileAt(path), path, sealed: true, bytes, diskBytes: Number(stats.size) };
  } catch (fault) {
    if (!isAbsent(fault) && (fault as NodeJS.ErrnoException).code !== 'ENOENT') throw fault;
    return asPlain();
  }
}

const knownMax = 10_000;
/** How long the plain forms of sealed files are: followers list the folder many times a second. */
const known = new Map<string, number>();

async function rawBytesOf(path: string, { dev, ino, size, mtimeNs }: BigIntStats): Promise<number> {
  const key = `${dev} ${ino} ${size} ${mtimeNs}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  let bytes: number;
  try {
    const reader = await openSealedFile(path, sealedName(basename(path)) ?? '');
    bytes = reader.size;
    await reader.close();
  } catch (fault) {
    if (!(fault instanceof JournalError) || fault.code !== 'segment_damaged') throw fault;
    // Whoever reads it is told.
    return Number(size);
  }
  if (known.size >= knownMax) known.clear();
  known.set(key, bytes);
  return bytes;
}
