import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { sealedEnding } from '@marketops/verifier';
import { fileAt, type LocalJournalFile, listJournal, openSealedFile } from '@marketops/verifier/node';
import { copyBytes, copyFile, digestOf } from './copying.js';
import { backupRefused } from './errors.js';
import type { BackedUpJournalFile, Manifest } from './manifest.js';

export interface CopiedJournal {
  readonly files: readonly BackedUpJournalFile[];
  readonly copiedFiles: number;
  readonly copiedBytes: number;
}

/**
 * Copies what a backup does not have yet of a journal that is being written. Every file but the newest is whole; the newest
 * ends with its last commit. A file that is there already only grows, and only where it begins with what is there.
 * @throws CliError `backup_refused` where the folder holds more than the journal, or something else
 */
export async function copyJournal(
  from: string,
  to: string,
  before: Manifest | undefined,
): Promise<CopiedJournal> {
  const files: BackedUpJournalFile[] = [];
  let [copiedFiles, copiedBytes] = [0, 0];
  const listed = await listJournal(from);
  refuseFewer(listed, before);
  for (const [at, file] of listed.entries()) {
    const known = before?.journal.find(({ name }) => name === file.name);
    if (known !== undefined) await refuseOther(file, known);
    const isNewest = at === listed.length - 1;
    if (known !== undefined && !isNewest && known.bytes === file.bytes && (await isThere(to, file))) {
      files.push(known);
      continue;
    }
    const copied = await copyOne(file, to, isNewest);
    if (copied === undefined) continue;
    if (copied.bytes < (known?.bytes ?? 0)) throw longer(file.name);
    files.push(copied);
    copiedFiles += 1;
    copiedBytes += copied.bytes;
  }
  return { files, copiedFiles, copiedBytes };
}

const longer = (name: string) =>
  backupRefused(
    `the backup’s ${name} is longer than the ledger’s, or is another`,
    'This ledger is older than the backup, or not the one it was made of. Name another folder, or restore the backup.',
  );

function refuseFewer(listed: readonly LocalJournalFile[], before: Manifest | undefined): void {
  const names = new Set(listed.map(({ name }) => name));
  for (const { name } of before?.journal ?? []) if (!names.has(name)) throw longer(name);
}

async function refuseOther(file: LocalJournalFile, known: BackedUpJournalFile): Promise<void> {
  if (file.bytes < known.bytes || (await digestOf(file, known.bytes)) !== known.sha256)
    throw longer(file.name);
}

const isThere = (to: string, { name }: LocalJournalFile): Promise<boolean> =>
  fileAt(join(to, name))
    .open()
    .then(
      async (reader) => {
        await reader.close();
        return true;
      },
      () => false,
    );

/** @returns undefined for a newest file in which nothing is committed yet */
async function copyOne(
  file: LocalJournalFile,
  to: string,
  isNewest: boolean,
): Promise<BackedUpJournalFile | undefined> {
  if (file.sealed) return copySealed(file, to);
  const bytes = isNewest ? await committedBytes(file) : file.bytes;
  if (bytes === 0) return undefined;
  try {
    const copied = await copyFile(file.path, join(to, file.name), { bytesMax: bytes });
    return { name: file.name, ...copied };
  } catch (fault) {
    if ((fault as { cause?: NodeJS.ErrnoException }).cause?.code !== 'ENOENT' && codeOf(fault) !== 'ENOENT')
      throw fault;
    // It was sealed in the very moment: then it is finished, and the other form is the one to copy.
    return copyOne({ ...file, path: `${file.path}${sealedEnding}`, sealed: true }, to, false);
  }
}

const codeOf = (fault: unknown): string | undefined => (fault as NodeJS.ErrnoException).code;

/** Where its beginning is there already in the plain form, that grows: the manifest before speaks of it. */
async function copySealed(file: LocalJournalFile, to: string): Promise<BackedUpJournalFile> {
  const plain = join(to, file.name);
  if (existsSync(plain)) {
    const reader = await file.open();
    try {
      const copied = await copyBytes((target, at) => reader.read(target, at), plain, {});
      return { name: file.name, ...copied };
    } finally {
      await reader.close();
    }
  }
  const sealed = `${plain}${sealedEnding}`;
  await copyFile(file.path, sealed, {});
  // Of what was written, read back.
  const read = { name: file.name, open: () => openSealedFile(sealed, file.name) };
  const sha256 = await digestOf(read, file.bytes);
  if (sha256 === undefined) throw longer(file.name);
  return { name: file.name, bytes: file.bytes, sha256 };
}

const windowBytes = 1_048_576;

/**
 * Where the last commit of a growing file ends; 0 where there is none. Lines that are no commit never begin with `C `, so the
 * last line that does, and has an end, is one; whether it holds is verified with the whole.
 */
async function committedBytes(file: LocalJournalFile): Promise<number> {
  const handle = await open(file.path);
  try {
    let tail = Buffer.alloc(0);
    for (let from = file.bytes; from > 0; ) {
      const start = Math.max(0, from - windowBytes);
      const piece = Buffer.alloc(from - start);
      await handle.read(piece, 0, piece.length, start);
      // The rest of a line that begins in this piece stands in the one after it.
      tail = Buffer.concat([piece, tail]);
      from = start;
      const end = endOfLastCommit(tail);
      if (end > 0) return start + end;
    }
    return 0;
  } finally {
    await handle.close();
  }
}

function endOfLastCommit(bytes: Buffer): number {
  for (let before = bytes.length; before > 0; ) {
    const at = bytes.lastIndexOf('\nC ', before - 1, 'latin1');
    if (at < 0) return 0;
    const end = bytes.indexOf('\n', at + 1, 'latin1');
    if (end >= 0) return end + 1;
    before = at;
  }
  return 0;
}
