import type { LocatedEntry } from '@marketops/journal';
import type { OpenKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { type JournalPosition, readCommit, readLines } from '@marketops/verifier';
import { listJournal } from '@marketops/verifier/node';

/**
 * The ledger's commit of each batch that holds one of these entries, in order, as it stands in the journal. The index does not
 * hold them: each is read forward from the entry's segment to the end of its batch.
 * @param entries in the order of the ledger
 * @throws JournalError, ProofError where what closes a batch is not the ledger's
 */
export async function commitsOf(
  journal: string,
  entries: readonly LocatedEntry[],
  keyring: OpenKeyring,
): Promise<string[]> {
  const files = new Map((await listJournal(journal)).map((file) => [nameOf(file), file]));
  const commits: string[] = [];
  let covered = 0;
  for (const { position } of entries) {
    if (position.sequence <= covered) continue;
    const file = files.get(nameOf(position));
    if (file === undefined) continue;
    await readLines(file, { offset: position.segmentOffset, number: 1 }, ({ text }) => {
      if (!text.startsWith('C ')) return true;
      commits.push(text.slice(2));
      covered = readCommit(nodeCrypto, text.slice(2), keyring).last_sequence;
      return false;
    });
  }
  return commits;
}

const nameOf = ({ term, firstSequence }: Pick<JournalPosition, 'term' | 'firstSequence'>): string =>
  `${term} ${firstSequence}`;
