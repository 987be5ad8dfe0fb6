import { headKey, type IndexHead, type IndexTables, type StreamHead, streamHeadIn } from '@marketops/journal';
import { type CryptoPort, createSignatureCache, type OpenKeyring } from '@marketops/proof';
import {
  type ChainPoint,
  countingFiles,
  genesis,
  JournalError,
  type JournalFileId,
  JournalWalk,
  type OpenedFile,
  openFile,
  readLines,
  type WalkedBatch,
  type WalkedEntry,
} from '@marketops/verifier';
import { listJournal } from '@marketops/verifier/node';
import { LedgerError } from '../errors.js';
import { headAfter } from '../heads.js';
import { type EventFacts, factsOf } from './facts.js';
import { RunNumbers } from './numbers.js';
import { indexBatch, type PlacedBatch } from './writer.js';

export interface CatchUpOptions {
  readonly tables: IndexTables;
  /** The journal's folder, recovered. */
  readonly dir: string;
  readonly crypto: CryptoPort;
  readonly keyring: OpenKeyring;
  readonly logOrigin: string;
}

/**
 * Indexes what the journal holds and the index does not: after a crash the last few batches, after the loss of the
 * index everything. Verifies on the way as the verifier does.
 * @returns the entries indexed
 * @throws LedgerError `journal_damaged`
 */
export async function catchUp(options: CatchUpOptions): Promise<number> {
  const { tables, dir, crypto, keyring, logOrigin } = options;
  try {
    const opened: OpenedFile[] = [];
    for (const file of await listJournal(dir)) {
      const open = await openFile(crypto, file, { keyring, logOrigin });
      if (open !== undefined) opened.push(open);
    }
    const { counting } = countingFiles(opened);
    const head = await startOf(tables, counting);
    let indexed = 0;
    const numbers = new RunNumbers(tables);
    const [first] = counting;
    if (head === undefined && first !== undefined) checkContinues(first, genesis);
    for (const [at, open] of counting.entries()) {
      if (head !== undefined && isBefore(open, head)) continue;
      const next = counting[at + 1];
      const done = await indexFile(options, numbers, open, head, next?.header.prev_last_sequence);
      if (next !== undefined) checkContinues(next, done.end);
      indexed += done.indexed;
    }
    return indexed;
  } catch (fault) {
    if (!(fault instanceof JournalError)) throw fault;
    throw new LedgerError('journal_damaged', `The journal is damaged: ${fault.message}`, { cause: fault });
  }
}

/** A file that is gone, or was cut, must not become a hole in the index: the ledger would go on as if that had never been. */
function checkContinues({ file, header }: OpenedFile, { sequence, hash }: ChainPoint): void {
  if (header.prev_last_sequence === sequence && header.prev_last_hash === hash) return;
  throw new LedgerError(
    'journal_damaged',
    `The journal is damaged: ${file.name} continues from entry ${header.prev_last_sequence}, and what stands before it ends otherwise, at entry ${sequence}.`,
  );
}

/** An index of another journal is of no use: everything is indexed anew. */
async function startOf(tables: IndexTables, opened: readonly OpenedFile[]): Promise<IndexHead | undefined> {
  const head = tables.meta.get(headKey);
  if (head === undefined || opened.some((open) => isFileOf(open, head))) return head;
  const { meta, numbers, heads, places, events, runs, runOrder, receipts, claims, quarantines } = tables;
  for (const table of [meta, numbers, heads, places, events, runs, runOrder, receipts, claims, quarantines]) {
    await table.clearAsync();
  }
  await tables.retired?.clearAsync();
  return undefined;
}

const isFileOf = ({ file }: OpenedFile, { term, firstSequence }: IndexHead): boolean =>
  file.term === term && file.firstSequence === firstSequence;

const isBefore = ({ file }: OpenedFile, head: IndexHead): boolean =>
  file.term < head.term || (file.term === head.term && file.firstSequence < head.firstSequence);

async function indexFile(
  { tables, crypto, keyring }: CatchUpOptions,
  numbers: RunNumbers,
  { file, header, end }: OpenedFile,
  head: IndexHead | undefined,
  until: number | undefined,
): Promise<{ readonly indexed: number; readonly end: ChainPoint }> {
  const resumed = head !== undefined && file.term === head.term && file.firstSequence === head.firstSequence;
  const from: ChainPoint = resumed
    ? { sequence: head.sequence, hash: head.hash }
    : header.prev_last_sequence === 0
      ? genesis
      : { sequence: header.prev_last_sequence, hash: header.prev_last_hash };
  const at = resumed ? { offset: head.offset, number: head.line } : end;
  let pending: Promise<void> = Promise.resolve();
  // The table lags behind what is being put.
  const heads = new Map<string, StreamHead>();
  const onCommit = ({ commit, entries, end: after }: WalkedBatch): void => {
    const moved = headsAfter(crypto, entries, (stream) => heads.get(stream) ?? streamHeadIn(tables, stream));
    for (const [stream, at] of moved) heads.set(stream, at);
    const next = {
      sequence: commit.last_sequence,
      hash: commit.last_hash,
      epoch: commit.epoch,
      term: file.term,
      firstSequence: file.firstSequence,
      offset: after.offset,
      line: after.number,
    };
    pending = Promise.all([
      pending,
      indexBatch({ tables, numbers }, placedBatch(file, entries), moved, next),
    ]).then(() => undefined);
    pending.catch(() => undefined);
  };
  const walk = new JournalWalk({
    crypto,
    keyring,
    cache: createSignatureCache(),
    file,
    from,
    at,
    streams: new Map(),
    streamsComplete: false,
    until,
    onCommit,
  });
  if (!walk.isOver) await readLines(file, at, (line) => walk.take(line));
  await pending;
  return { indexed: walk.committed.sequence - from.sequence, end: walk.committed };
}

/** Where each stream of a batch ends, from where it ended before. */
function headsAfter(
  crypto: CryptoPort,
  entries: readonly WalkedEntry[],
  headBefore: (stream: string) => StreamHead | undefined,
): Map<string, StreamHead> {
  const heads = new Map<string, StreamHead>();
  for (const { place, entry } of entries) {
    const before = heads.get(place.stream) ?? headBefore(place.stream);
    heads.set(place.stream, headAfter(crypto, before, [entry.event_digest]));
  }
  return heads;
}

/** What the walk knows of single entries, by segment. */
function placedBatch(file: JournalFileId, entries: readonly WalkedEntry[]): PlacedBatch {
  const segments: { sequence: number; statementBytes: number; entryBytes: number[]; facts: EventFacts[] }[] =
    [];
  let segmentOffset = -1;
  for (const { position, entry } of entries) {
    if (position.segmentOffset !== segmentOffset) {
      segmentOffset = position.segmentOffset;
      const statementBytes = position.offset - segmentOffset - statementToEntry;
      segments.push({ sequence: position.sequence, statementBytes, entryBytes: [], facts: [] });
    }
    segments.at(-1)?.entryBytes.push(position.length);
    segments.at(-1)?.facts.push(factsOf(entry.event));
  }
  return { file, offset: entries[0]?.position.segmentOffset ?? 0, segments };
}

/** From an `S` line to the JSON of the entry under it stand, besides the statement: `S `, a newline, `E `. */
const statementToEntry = 5;
