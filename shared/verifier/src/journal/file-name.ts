/** What tells one journal file from the others. */
export interface JournalFileId {
  readonly term: number;
  readonly firstSequence: number;
}

/** `<term>-<first_sequence>.jsonl`, padded so that names sort as the files follow one another. */
export const journalFileName = ({ term, firstSequence }: JournalFileId): string =>
  `${String(term).padStart(10, '0')}-${String(firstSequence).padStart(16, '0')}.jsonl`;

/** What a file that is finished and was sealed is called besides; see `sealed/layout.ts`. */
export const sealedEnding = '.gz';

export function parseJournalFileName(name: string): JournalFileId | undefined {
  const match = /^(\d{10})-(\d{16})\.jsonl$/.exec(name);
  if (match === null) return undefined;
  return { term: Number(match[1]), firstSequence: Number(match[2]) };
}
