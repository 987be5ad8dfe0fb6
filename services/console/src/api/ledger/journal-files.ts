import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJournalFileName, sealedName } from '@marketops/verifier';
import { ConsoleError } from '../../errors.js';

export interface ListedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sealed: boolean;
}

/** How a file is called once it is unpacked; undefined for what is none of the journal. */
const ownName = (name: string): string | undefined => {
  const plain = sealedName(name) ?? name;
  return parseJournalFileName(plain) === undefined ? undefined : plain;
};

/** The journal’s files in their order. One that is being sealed is there twice for a while: the sealed one is told. */
export async function listFiles(folder: string): Promise<ListedFile[]> {
  const names = await readdir(folder).catch((fault: unknown) => {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fault;
  });
  const found = new Map<string, ListedFile>();
  for (const name of names.sort()) {
    const plain = ownName(name);
    if (plain === undefined) continue;
    const size = await stat(join(folder, name)).then(
      ({ size: bytes }) => bytes,
      () => undefined,
    );
    if (size !== undefined) found.set(plain, { name, bytes: size, sealed: name !== plain });
  }
  return [...found.values()];
}

/** Bytes of a file. */
export interface Part {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly from: number;
  /** Of the whole file. */
  readonly size: number;
}

export const partBytesMax = 8_388_608;

/**
 * A part of a file of the journal, at most 8 MiB; without a range the file from its beginning.
 * @returns undefined where the file ends before the range begins
 * @throws ConsoleError `not_found` for what is no file of the journal
 */
export async function readPart(
  folder: string,
  name: string,
  range: { readonly from: number; readonly to: number | undefined } | undefined,
): Promise<Part | undefined> {
  if (ownName(name) === undefined) throw noFile(name);
  let file: FileHandle;
  try {
    file = await open(join(folder, name), 'r');
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') throw noFile(name);
    throw fault;
  }
  try {
    const { size } = await file.stat();
    const from = range?.from ?? 0;
    if (range !== undefined && from >= size) return undefined;
    const until = Math.min(size, range?.to === undefined ? size : range.to + 1);
    const bytes = new Uint8Array(Math.max(0, Math.min(partBytesMax, until - from)));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return { bytes: bytes.subarray(0, bytesRead), from, size };
  } finally {
    await file.close();
  }
}

/** `bytes=a-b` or `bytes=a-`, nothing else; undefined for what is no such range: it is then not heeded (RFC 9110). */
export function parseRange(text: string | undefined): { from: number; to: number | undefined } | undefined {
  const [, from, to] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(text ?? '') ?? [];
  if (from === undefined) return undefined;
  const end = to === undefined || to === '' ? undefined : Number(to);
  return end !== undefined && end < Number(from) ? undefined : { from: Number(from), to: end };
}

const noFile = (name: string): ConsoleError =>
  new ConsoleError('not_found', `${name} is no file of the journal`, {
    next: 'Ask for the list anew: a file that was sealed has another name.',
  });
