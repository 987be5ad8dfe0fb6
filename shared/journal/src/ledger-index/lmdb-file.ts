import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Where LMDB's meta page keeps what is needed here (little-endian, from the page's start). */
const at = { magic: 24, pageBytes: 48, lastPage: 144, transaction: 152, end: 160 } as const;
const magic = 0xbeefc0de;

interface Meta {
  readonly pageBytes: number;
  readonly lastPage: number;
  readonly transaction: bigint;
}

/**
 * Why a file cannot be an LMDB file, or undefined. LMDB maps its file and follows what stands there: a foreign file, or
 * one cut short by a copy, ends the whole process with a signal no code can catch. So the two meta pages are
 * looked at before. An absent or empty file is a new one. Damage deeper inside is not found here.
 */
export function lmdbFileFault(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'it cannot be read';
  }
  try {
    const { size } = fstatSync(file);
    if (size === 0) return undefined;
    const first = readMeta(file, 0);
    const second = first === undefined ? undefined : readMeta(file, first.pageBytes);
    if (first === undefined || second === undefined) return 'it is not an LMDB file';
    const newest = first.transaction > second.transaction ? first : second;
    return (newest.lastPage + 1) * first.pageBytes > size ? 'it has been cut short' : undefined;
  } finally {
    closeSync(file);
  }
}

function readMeta(file: number, offset: number): Meta | undefined {
  const page = Buffer.alloc(at.end);
  if (readSync(file, page, 0, page.length, offset) < page.length) return undefined;
  const pageBytes = page.readUInt32LE(at.pageBytes);
  const isPage = pageBytes >= 512 && pageBytes <= 65_536 && (pageBytes & (pageBytes - 1)) === 0;
  if (page.readUInt32LE(at.magic) !== magic || !isPage) return undefined;
  const lastPage = Number(page.readBigUInt64LE(at.lastPage));
  return { pageBytes, lastPage, transaction: page.readBigUInt64LE(at.transaction) };
}
