import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CryptoPort, OpenKeyring } from '@marketops/proof';
import { JournalError, withSequence } from './errors.js';
import { type JournalHeader, readHeader } from './header.js';
import { readLines } from './lines.js';
import { type JournalFileId, parseJournalFileName } from './paths.js';

export interface JournalFile extends JournalFileId {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/**
 * The journal's files in the order they follow one another; other files are not the journal's and are left out.
 * @throws JournalError `journal_unreadable`
 */
export async function listJournal(dir: string): Promise<JournalFile[]> {
  try {
    const names = (await readdir(dir)).sort();
    const files = names.map(async (name) => {
      const id = parseJournalFileName(name);
      if (id === undefined) return undefined;
      const path = join(dir, name);
      return { ...id, name, path, bytes: (await stat(path)).size };
    });
    return (await Promise.all(files)).filter((file) => file !== undefined);
  } catch (cause) {
    throw new JournalError('journal_unreadable', `The journal folder ${dir} cannot be read.`, { cause });
  }
}

/** A file and its first line, verified. `end` is where the lines after the header begin. */
export interface OpenedFile {
  readonly file: JournalFile;
  readonly header: JournalHeader;
  readonly end: { readonly offset: number; readonly number: number };
}

/**
 * Reads and verifies the header.
 * @returns undefined where the file has no complete first line: its writer died while it made the file
 * @throws JournalError `header_invalid`, `header_mismatch` (with the file's name)
 */
export async function openFile(
  crypto: CryptoPort,
  file: JournalFile,
  trust: { readonly keyring: OpenKeyring; readonly logOrigin: string },
): Promise<OpenedFile | undefined> {
  let opened: OpenedFile | undefined;
  await readLines(file.path, { offset: 0, number: 1 }, (line) => {
    if (!line.text.startsWith('H ')) throw headerFault('header_invalid', file, 'line 1 is not a header');
    let header: JournalHeader;
    try {
      header = readHeader(crypto, line.text.slice(2), trust.keyring);
    } catch (cause) {
      throw headerFault('header_invalid', file, 'the header is not what the ledger signed', cause);
    }
    checkHeader(file, header, trust.logOrigin);
    opened = { file, header, end: { offset: line.length + 1, number: 2 } };
    return false;
  }).catch((fault: unknown) => {
    throw fault instanceof JournalError ? withSequence(fault, file.firstSequence) : fault;
  });
  return opened;
}

function checkHeader(file: JournalFile, header: JournalHeader, logOrigin: string): void {
  if (header.log_origin !== logOrigin)
    throw headerFault(
      'header_mismatch',
      file,
      `it belongs to the log ${header.log_origin}, not ${logOrigin}`,
    );
  if (header.term !== file.term || header.first_sequence !== file.firstSequence)
    throw headerFault('header_mismatch', file, 'the file has the name of another');
  if (header.first_sequence !== header.prev_last_sequence + 1)
    throw headerFault('header_mismatch', file, 'it does not begin where it says it continues');
}

export const headerFault = (
  code: 'header_invalid' | 'header_mismatch' | 'entry_removed',
  file: JournalFile,
  what: string,
  cause?: unknown,
  sequence = file.firstSequence,
): JournalError =>
  new JournalError(code, `${file.name} line 1, entry ${sequence}: ${what}.`, {
    place: { file: file.name, line: 1, sequence },
    cause,
  });
