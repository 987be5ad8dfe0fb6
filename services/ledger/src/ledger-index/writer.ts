import { partitionKey } from '@marketops/contracts';
import {
  claimKey,
  headKey,
  IdRows,
  type IndexHead,
  type IndexTables,
  indexVersion,
  isIndexKey,
  packPlaces,
  type RunRow,
  type SegmentSizes,
  type StreamHead,
  segmentBytes,
} from '@marketops/journal';
import type { JournalFileId } from '@marketops/verifier';
import { LedgerError } from '../errors.js';
import type { EventFacts } from './facts.js';
import type { RunNumbers } from './numbers.js';

/** A segment as it stands in the journal, with what the index keeps of each of its events. */
export interface PlacedSegment extends SegmentSizes {
  /** Of its first entry. */
  readonly sequence: number;
  readonly facts: readonly EventFacts[];
}

/** The segments of one batch, which follow one another. */
export interface PlacedBatch {
  readonly file: JournalFileId;
  /** Of the first segment's `S` line. */
  readonly offset: number;
  readonly segments: readonly PlacedSegment[];
}

/** Where the index is written: its tables, and the numbers given out. */
export interface IndexPorts {
  readonly tables: IndexTables;
  readonly numbers: RunNumbers;
}

/**
 * Indexes one committed batch. All puts are made in one turn of the event loop, which LMDB commits as one transaction:
 * a reader sees the batch whole or not at all.
 * @param heads where the batch's streams end
 * @throws LedgerError `index_failed`
 */
export async function indexBatch(
  { tables, numbers }: IndexPorts,
  batch: PlacedBatch,
  heads: ReadonlyMap<string, StreamHead>,
  head: Omit<IndexHead, 'version'>,
): Promise<void> {
  const puts: Promise<unknown>[] = [];
  putPlaces(tables, batch, puts);
  putRuns(tables, numbers, batch, puts);
  putRest(tables, batch, puts);
  putHeads(tables, numbers, heads, head.sequence, puts);
  try {
    // Every put, not the last alone: on a full disk each of them rejects.
    await Promise.all([...puts, tables.meta.put(headKey, { version: indexVersion, ...head })]);
  } catch (cause) {
    // LMDB hangs the commit's own failure on the error, as one more rejected promise.
    (cause as { commitError?: Promise<unknown> } | null)?.commitError?.catch(() => undefined);
    throw new LedgerError('index_failed', 'The index cannot be written.', { cause });
  }
}

/** Looking for an entry reads a row from its beginning. */
const segmentsPerRowMax = 64;

function putPlaces(
  tables: IndexTables,
  { file, offset, segments }: PlacedBatch,
  puts: Promise<unknown>[],
): void {
  let rowOffset = offset;
  for (let at = 0; at < segments.length; at += segmentsPerRowMax) {
    const row = segments.slice(at, at + segmentsPerRowMax);
    puts.push(tables.places.put(row[0]?.sequence ?? 0, packPlaces(file, rowOffset, row)));
    for (const segment of row) rowOffset += segmentBytes(segment);
  }
}

/** One row per run. Its number is even, if it gets one here. */
function putRuns(
  tables: IndexTables,
  numbers: RunNumbers,
  { segments }: PlacedBatch,
  puts: Promise<unknown>[],
): void {
  const runs = new Map<string, number[]>();
  for (const { sequence, facts } of segments) {
    for (let at = 0; at < facts.length; at += 1) {
      const runId = facts[at]?.runId ?? '';
      if (runId === '') continue;
      const run = runs.get(runId);
      if (run === undefined) runs.set(runId, [sequence + at]);
      else run.push(sequence + at);
    }
  }
  for (const [runId, sequences] of runs) {
    const first = sequences[0] ?? 0;
    puts.push(tables.runs.put([numbers.of(runId, first * 2, puts), first], sequences));
  }
}

/**
 * One row per stream. What only streams are named after gets odd numbers, counted down from the batch's end: every such
 * stream has an entry in it, so that no number is another batch's.
 */
function putHeads(
  tables: IndexTables,
  numbers: RunNumbers,
  heads: ReadonlyMap<string, StreamHead>,
  lastSequence: number,
  puts: Promise<unknown>[],
): void {
  let free = lastSequence * 2 + 1;
  for (const [stream, at] of heads) {
    if (!isIndexKey(stream)) continue;
    const number = numbers.of(partitionKey(stream), free, puts);
    if (number === free) free -= 2;
    puts.push(tables.heads.put([number, stream], at));
  }
}

/** Events and receipts by their ids, runs as they began, and what few events are found by. */
function putRest(tables: IndexTables, { segments }: PlacedBatch, puts: Promise<unknown>[]): void {
  const events = new IdRows();
  const receipts = new IdRows();
  const begun: RunRow[] = [];
  for (const { sequence: first, facts } of segments) {
    let sequence = first;
    for (const { id, more } of facts) {
      if (id !== '') events.add(id, sequence);
      if (more?.run !== undefined) begun.push({ sequence, ...more.run });
      if (more?.receiptId !== undefined) receipts.add(more.receiptId, sequence);
      if (more !== undefined) putRare(tables, more, sequence, puts);
      sequence += 1;
    }
  }
  events.putInto(tables.events, puts);
  receipts.putInto(tables.receipts, puts);
  const [oldest] = begun;
  if (oldest !== undefined) puts.push(tables.runOrder.put(oldest.sequence, begun));
}

function putRare(
  tables: IndexTables,
  { claimedRun, claimedReceipt, quarantined }: NonNullable<EventFacts['more']>,
  sequence: number,
  puts: Promise<unknown>[],
): void {
  if (claimedRun !== undefined)
    puts.push(tables.claims.put([claimKey('run', claimedRun), sequence], sequence));
  if (claimedReceipt !== undefined)
    puts.push(tables.claims.put([claimKey('receipt', claimedReceipt), sequence], sequence));
  if (quarantined !== undefined) puts.push(tables.quarantines.put([...quarantined], sequence));
}
