import type { CryptoPort, OpenKeyring } from '@marketops/proof';
import { JournalError, type JournalWalk, type NamedBytes, readCommit, readLines } from '@marketops/verifier';

/**
 * Whether the file holds, after the last batch that is whole, a commit the ledger signed. A batch is written in one
 * piece and its commit stands last: where the commit is there and the batch is not right, a byte was changed.
 */
export async function commitsBeyond(
  crypto: CryptoPort,
  keyring: OpenKeyring,
  file: NamedBytes,
  walk: JournalWalk,
): Promise<boolean> {
  let found = false;
  try {
    await readLines(file, walk.committedEnd, (line) => {
      if (!line.text.startsWith('C ')) return true;
      try {
        found = readCommit(crypto, line.text.slice(2), keyring).last_sequence > walk.committed.sequence;
      } catch {
        // Not a commit of the ledger's: it proves nothing.
      }
      return !found;
    });
  } catch (fault) {
    // Garbage of a torn write need not be lines; what stands behind it was never read by anybody.
    if (!(fault instanceof JournalError) || fault.code === 'journal_unreadable') throw fault;
  }
  return found;
}
