import { join } from 'node:path';
import { partitionKey } from '@marketops/contracts';
import type { CryptoPort } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { JournalPosition } from '@marketops/verifier';
import { IndexError } from '../errors.js';
import { type LocatedEntry, type LocatedSegment, readEntry, readSegmentAt } from '../read-entry.js';
import { followTables } from './current.js';
import { type IdTable, sequenceOfId } from './ids.js';
import {
  claimKey,
  headKey,
  type IndexHead,
  type IndexTables,
  indexVersion,
  isIndexKey,
  type RunRow,
  type StreamHead,
} from './layout.js';
import { numberOfRun } from './numbers.js';
import { placeAmong } from './places.js';

/** Its `sequence` is `before` of the next page. */
export type RunListing = RunRow;

/** Finds entries. The index is derived and believed in nothing: every entry is read from the journal and checked. */
export interface LedgerIndex {
  /** Undefined while nothing is indexed. */
  head(): IndexHead | undefined;
  /** The last journaled seq of a stream; 0 where it has no entry. */
  lastSeq(stream: string): number;
  /** Its last seq and running digest; undefined for a stream without entries. */
  streamHead(stream: string): StreamHead | undefined;
  /** Every entry that carries the run's id, in the order of the ledger. */
  entriesOfRun(runId: string): Promise<LocatedEntry[]>;
  /** Refusals of jobs that claimed this run: unverified claims, never part of the run. */
  claimsAgainstRun(runId: string): Promise<LocatedEntry[]>;
  claimsAgainstReceipt(receiptId: string): Promise<LocatedEntry[]>;
  /** The receipt's issuance. */
  entryOfReceipt(receiptId: string): Promise<LocatedEntry | undefined>;
  entryOfEvent(eventId: string): Promise<LocatedEntry | undefined>;
  /** @throws IndexError `position_invalid`, for one that is not indexed (yet) too */
  entryAt(sequence: number): Promise<LocatedEntry>;
  /** Newest first; `before` is the `sequence` of the last one seen. */
  recentRuns(page: { readonly limit: number; readonly before?: number | undefined }): RunListing[];
  /** @throws IndexError `position_invalid` */
  readEntry(position: JournalPosition): Promise<LocatedEntry>;
  /** The whole segment with its statement, to make a proof of. */
  readSegment(position: JournalPosition): Promise<LocatedSegment>;
  close(): Promise<void>;
}

const pageMax = 1_000;

/**
 * Opens the index beside the journal. Many processes may read while one ledger writes; where another takes over, they
 * follow it.
 * @param dir the ledger's folder, `<dataDir>/ledger`
 * @throws IndexError `index_missing`, `index_invalid`
 */
export function openLedgerIndex(
  dir: string,
  options: { readonly readOnly: true; readonly crypto?: CryptoPort } = { readOnly: true },
): LedgerIndex {
  const { tables, close } = followTables(dir);
  return { ...ledgerIndexOver(tables, dir, options.crypto ?? nodeCrypto), close };
}

/** The reading half over open tables: the writer's process reads through it too. */
export function ledgerIndexOver(tables: IndexTables, dir: string, crypto: CryptoPort): LedgerIndex {
  const journal = join(dir, 'journal');
  const read = (position: JournalPosition) => readEntry(crypto, journal, position);
  const readAt = (sequence: number) => read(placeOf(tables, sequence));
  const readAll = async (sequences: Iterable<number>): Promise<LocatedEntry[]> => {
    const entries: LocatedEntry[] = [];
    for (const sequence of sequences) entries.push(await readAt(sequence));
    return entries;
  };
  const readById = async (table: IdTable, id: string): Promise<LocatedEntry | undefined> => {
    const sequence = sequenceOfId(table, id);
    return sequence === undefined ? undefined : readAt(sequence);
  };
  const under = (id: string) => ({ start: [id, 0], end: [id, Number.MAX_SAFE_INTEGER] });
  const claims = (kind: 'run' | 'receipt', id: string) =>
    readAll([...tables.claims.getRange(under(claimKey(kind, id)))].map(({ value }) => value));

  return {
    head: () => {
      const head = tables.meta.get(headKey);
      return head?.version === indexVersion ? head : undefined;
    },
    lastSeq: (stream) => streamHeadIn(tables, stream)?.seq ?? 0,
    streamHead: (stream) => streamHeadIn(tables, stream),
    entriesOfRun: (runId) => readAll(sequencesOfRun(tables, runId)),
    claimsAgainstRun: (runId) => claims('run', runId),
    claimsAgainstReceipt: (receiptId) => claims('receipt', receiptId),
    entryOfReceipt: (receiptId) => readById(tables.receipts, receiptId),
    entryOfEvent: (eventId) => readById(tables.events, eventId),
    entryAt: async (sequence) => readAt(sequence),
    recentRuns: ({ limit, before = Number.MAX_SAFE_INTEGER }) =>
      recentRuns(tables, Math.max(0, Math.min(limit, pageMax)), before),
    readEntry: read,
    readSegment: (position) => readSegmentAt(crypto, journal, position),
    close: () => tables.root.close(),
  };
}

/** Undefined for a stream without entries. */
export function streamHeadIn(tables: IndexTables, stream: string): StreamHead | undefined {
  if (!isIndexKey(stream)) return undefined;
  const number = numberOfRun(tables, partitionKey(stream));
  return number === undefined ? undefined : tables.heads.get([number, stream]);
}

function sequencesOfRun(tables: IndexTables, runId: string): number[] {
  const number = numberOfRun(tables, runId);
  if (number === undefined) return [];
  const rows = tables.runs.getRange({ start: [number, 0], end: [number, Number.MAX_SAFE_INTEGER] });
  return [...rows].flatMap(({ value }) => value);
}

/** @throws IndexError `position_invalid` where the index does not say where the entry stands */
function placeOf(tables: IndexTables, sequence: number): JournalPosition {
  for (const { key, value } of tables.places.getRange({ start: sequence, reverse: true, limit: 1 })) {
    const place = placeAmong(value, key, sequence);
    if (place !== undefined) return place;
  }
  throw new IndexError('position_invalid', `The index does not say where entry ${sequence} stands.`);
}

function recentRuns(tables: IndexTables, limit: number, before: number): RunRow[] {
  const found: RunRow[] = [];
  if (limit === 0) return found;
  for (const { value } of tables.runOrder.getRange({ start: before - 1, reverse: true })) {
    for (const run of value.toReversed()) {
      if (run.sequence < before) found.push(run);
      if (found.length >= limit) return found;
    }
  }
  return found;
}
