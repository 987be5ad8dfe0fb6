import { JournalError, readLines } from '@marketops/verifier';
import { listJournal } from '@marketops/verifier/node';
import { readCommitLine } from './read-raw.js';
import type { SegmentPlace } from './segment-name.js';
import type { ReplayTrust } from './trust.js';

/**
 * When the ledger committed a segment: its clock vouches that what stands there was signed no later. Read from the journal
 * itself, for the index does not hold it; asked only of segments whose key has been revoked since.
 * @returns null where no commit follows: then the segment was never acknowledged
 * @throws JournalError where what closes the batch is not the ledger's, or cannot be read
 */
export async function commitTime(
  journal: string,
  { term, firstSequence, segmentOffset }: SegmentPlace,
  trust: ReplayTrust,
): Promise<string | null> {
  const files = await listJournal(journal);
  const file = files.find((one) => one.term === term && one.firstSequence === firstSequence);
  if (file === undefined) return null;
  let committedAt: string | null = null;
  await readLines(file, { offset: segmentOffset, number: 1 }, (line) => {
    if (!line.text.startsWith('C ')) return true;
    const commit = readCommitLine(line.text.slice(2), trust, (code, what, cause) => {
      const message = `${file.name} line ${line.number}: ${what.replace(/\.$/, '')}.`;
      return new JournalError(code, message, { cause });
    });
    committedAt = commit.committed_at;
    return false;
  });
  return committedAt;
}
