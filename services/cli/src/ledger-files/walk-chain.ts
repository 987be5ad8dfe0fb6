import type { OpenKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import {
  type ChainPoint,
  countingFiles,
  genesis,
  JournalError,
  type OpenedFile,
  openFile,
  readLines,
} from '@marketops/verifier';
import { type LocalJournalFile, listJournal } from '@marketops/verifier/node';

/** A line of the journal that counts: of a batch whose commit stands. */
export interface CountedLine {
  readonly kind: 'header' | 'statement' | 'entry' | 'commit';
  /** What stands behind the letter: canonical JSON. */
  readonly text: string;
  /** Of the entry on it; of the others the last entry before it. */
  readonly sequence: number;
  readonly file: LocalJournalFile;
}

export interface ChainWalk {
  /** The journal's folder. */
  readonly dir: string;
  readonly trust: { readonly keyring: OpenKeyring; readonly logOrigin: string };
  readonly signal?: AbortSignal | undefined;
  readonly take: (line: CountedLine) => void;
  /** Awaited now and then: what `take` has begun may take its time. */
  readonly between?: () => Promise<void>;
}

const kinds = { S: 'statement', E: 'entry', C: 'commit' } as const;
/** How every entry ends: RFC 8785 sorts its members. */
const entryEnd = /"prev_hash":"([0-9a-f]{64})","sequence":([0-9]{1,16}),"statement_digest":"[0-9a-f]{64}"\}$/;
/** As the writer's and the verifier's. */
const batchLinesMax = 1_000_000;

/**
 * Reads what counts of a journal, in order and in flat memory, and checks the headers and that every entry names the hash of the
 * one before it. Who signed what is `marketops verify`'s question. Safe while a ledger writes.
 * @returns where it ended
 * @throws JournalError with the place
 */
export async function walkChain(walk: ChainWalk): Promise<ChainPoint> {
  const opened: OpenedFile<LocalJournalFile>[] = [];
  for (const file of await listJournal(walk.dir)) {
    const one = await openFile(nodeCrypto, file, walk.trust);
    if (one !== undefined) opened.push(one);
  }
  let head = genesis;
  const { counting } = countingFiles(opened);
  for (const [index, one] of counting.entries())
    head = await walkFile(walk, one, head, counting[index + 1]?.header.prev_last_sequence);
  return head;
}

async function walkFile(
  { take, between, signal }: ChainWalk,
  { file, header, end }: OpenedFile<LocalJournalFile>,
  from: ChainPoint,
  until: number | undefined,
): Promise<ChainPoint> {
  const fault = (
    code: 'entry_changed' | 'entry_removed' | 'line_malformed' | 'batch_too_large',
    line: number,
    what: string,
  ): never => {
    const place = { file: file.name, line, sequence: head.sequence + 1 };
    throw new JournalError(code, `${file.name} line ${line}, entry ${place.sequence}: ${what}.`, { place });
  };
  let head = from;
  let committed = from;
  let batch: CountedLine[] = [];
  if (header.prev_last_sequence !== from.sequence || header.prev_last_hash !== from.hash)
    fault('entry_removed', 1, `it does not continue from entry ${from.sequence} as it was found`);
  await readLines(file, { offset: 0, number: 1 }, ({ text }) => {
    take({ kind: 'header', text: text.slice(2), sequence: from.sequence, file });
    return false;
  });
  // Nothing of it counts: another writer continues from where it began.
  if (until !== undefined && from.sequence >= until) return from;
  await readLines(
    file,
    end,
    (line) => {
      const kind = kinds[line.text[0] as keyof typeof kinds];
      if (kind === undefined || line.text[1] !== ' ')
        return fault('line_malformed', line.number, 'a line begins with neither S, E nor C');
      const text = line.text.slice(2);
      if (kind === 'entry') {
        const [, prevHash, sequence] = entryEnd.exec(text) ?? [];
        if (prevHash !== head.hash || Number(sequence) !== head.sequence + 1)
          fault('entry_changed', line.number, 'it does not follow the entry before it');
        head = { sequence: head.sequence + 1, hash: nodeCrypto.sha256Hex(text) };
      }
      if (batch.length >= batchLinesMax) fault('batch_too_large', line.number, 'a batch has too many lines');
      batch.push({ kind, text, sequence: head.sequence, file });
      if (kind !== 'commit') return true;
      for (const one of batch) take(one);
      batch = [];
      committed = head;
      // Before the next line is read: what a deposed writer added need not even be text.
      return until === undefined || committed.sequence < until;
    },
    async () => {
      signal?.throwIfAborted();
      await between?.();
    },
  );
  return committed;
}
