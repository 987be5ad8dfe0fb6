import type { JournalFile, OpenedFile } from './file.js';

/**
 * Tells the files that the journal consists of from those of deposed writers. A writer that was stopped when another took over
 * may go on for a moment, and begin a new file that continues from entries of its own that do not count. The writer of
 * the higher term said in its header from where the journal goes on; whatever an older writer began beyond that is continued
 * by nobody.
 *
 * Nobody but the ledger can make a file look deposed: it takes a header of a higher term with the ledger's signature.
 * @param opened in the order of their names
 */
export function countingFiles<File extends JournalFile>(
  opened: readonly OpenedFile<File>[],
): { readonly counting: OpenedFile<File>[]; readonly deposed: OpenedFile<File>[] } {
  const counting: OpenedFile<File>[] = [];
  const deposed: OpenedFile<File>[] = [];
  for (const file of opened.toReversed()) {
    const [next] = counting;
    const isBeyond =
      next !== undefined &&
      file.header.term < next.header.term &&
      file.header.prev_last_sequence > next.header.prev_last_sequence;
    (isBeyond ? deposed : counting).unshift(file);
  }
  return { counting, deposed };
}
