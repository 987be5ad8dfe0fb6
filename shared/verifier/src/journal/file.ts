import type { CryptoPort, OpenKeyring } from '@marketops/proof';
import type { NamedBytes } from '../bytes.js';
import { isRevoked, JournalError, withSequence } from './errors.js';
import { type JournalFileId, parseJournalFileName } from './file-name.js';
import { type JournalHeader, readHeader } from './header.js';
import { readLines } from './lines.js';

/** A file of the journal, as its name says. */
export interface JournalFile extends JournalFileId, NamedBytes {
  /** When it was listed. */
  readonly bytes: number;
}

/**
 * The journal's files in the order they follow one another; files with other names are not the journal's and are left out.
 * Of two with one name the first counts: a file that is being sealed is there twice for a while.
 */
export function journalFilesAmong<Listed extends NamedBytes & { readonly bytes: number }>(
  listed: readonly Listed[],
): (Listed & JournalFileId)[] {
  const names = new Set<string>();
  return listed
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .flatMap((file) => {
      const id = parseJournalFileName(file.name);
      if (id === undefined || names.has(file.name)) return [];
      names.add(file.name);
      return [{ ...file, ...id }];
    });
}

/** A file and its first line, verified. `end` is where the lines after the header begin. */
export interface OpenedFile<File extends JournalFile = JournalFile> {
  readonly file: File;
  readonly header: JournalHeader;
  readonly end: { readonly offset: number; readonly number: number };
}

/**
 * Reads and verifies the header.
 * @returns undefined where the file has no complete first line: its writer died while it made the file
 * @throws JournalError `header_invalid`, `key_revoked`, `header_mismatch` (with the file's name)
 */
export async function openFile<File extends JournalFile>(
  crypto: CryptoPort,
  file: File,
  trust: { readonly keyring: OpenKeyring; readonly logOrigin: string },
): Promise<OpenedFile<File> | undefined> {
  let opened: OpenedFile<File> | undefined;
  await readLines(file, { offset: 0, number: 1 }, (line) => {
    if (!line.text.startsWith('H ')) throw headerFault('header_invalid', file, 'line 1 is not a header');
    let header: JournalHeader;
    try {
      header = readHeader(crypto, line.text.slice(2), trust.keyring);
    } catch (cause) {
      if (isRevoked(cause))
        throw headerFault('key_revoked', file, 'the key that signed the header has been revoked', cause);
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
  code: 'header_invalid' | 'header_mismatch' | 'entry_removed' | 'key_revoked',
  file: JournalFile,
  what: string,
  cause?: unknown,
  sequence = file.firstSequence,
): JournalError =>
  new JournalError(code, `${file.name} line 1, entry ${sequence}: ${what}.`, {
    place: { file: file.name, line: 1, sequence },
    cause,
  });
