import type { NamedBytes } from '../bytes.js';
import { claimedPlace } from './entry-bytes.js';
import { JournalError } from './errors.js';
import { readLines } from './lines.js';
import type { ChainPoint } from './walk.js';

/**
 * Looks further down the file for the entry that was expected where another stands: found, the entries were moved;
 * not found, it is gone. Only called once something is wrong, so it may read the rest of the file.
 */
export async function explainOrder(
  fault: JournalError,
  file: NamedBytes,
  head: ChainPoint,
): Promise<JournalError> {
  const { code, place } = fault;
  if ((code !== 'entry_removed' && code !== 'entry_reordered') || place === undefined) return fault;
  const found = await findEntry(file, head);
  if (found === undefined && code === 'entry_reordered') return fault;
  const what =
    found === undefined
      ? `entry ${place.sequence} is gone`
      : `entry ${place.sequence} stands on line ${found} instead`;
  return new JournalError(
    found === undefined ? 'entry_removed' : 'entry_reordered',
    `${place.file} line ${place.line}, entry ${place.sequence}: ${what}.`,
    { place, cause: fault },
  );
}

async function findEntry(file: NamedBytes, head: ChainPoint): Promise<number | undefined> {
  let found: number | undefined;
  const look = (line: { readonly text: string; readonly number: number }): boolean => {
    const claimed = line.text.startsWith('E ') ? claimedPlace(line.text) : undefined;
    if (claimed?.sequence !== head.sequence + 1 || claimed.prevHash !== head.hash) return true;
    found = line.number;
    return false;
  };
  try {
    await readLines(file, { offset: 0, number: 1 }, look);
  } catch (fault) {
    // A file may have more than one fault; the one found first is told, and the search ends here.
    if (!(fault instanceof JournalError)) throw fault;
  }
  return found;
}
