import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CryptoPort } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { JournalError } from '../errors.js';
import { type JournalPosition, unpackPosition } from '../position.js';
import { type LocatedEntry, type LocatedSegment, readEntry, readSegmentAt } from '../read-entry.js';
import {
  claimKey,
  headKey,
  type IndexHead,
  type IndexTables,
  indexVersion,
  openTables,
  type StreamHead,
} from './layout.js';

export interface RunListing {
  readonly runId: string;
  readonly tenantId: string | null;
  readonly mode: string | null;
  readonly time: string;
  /** Of its first entry; `before` of the next page. */
  readonly sequence: number;
}

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
  /** Newest first; `before` is the `sequence` of the last one seen. */
  recentRuns(page: { readonly limit: number; readonly before?: number | undefined }): RunListing[];
  /** @throws JournalError `position_invalid` */
  readEntry(position: JournalPosition): Promise<LocatedEntry>;
  /** The whole segment with its statement, to make a proof of. */
  readSegment(position: JournalPosition): Promise<LocatedSegment>;
  close(): Promise<void>;
}

const pageMax = 1_000;

/**
 * Opens the index beside the journal. Many processes may read while one ledger writes.
 * @param dir the ledger's folder, `<dataDir>/ledger`
 * @throws JournalError `index_missing`, `index_invalid`
 */
export function openLedgerIndex(
  dir: string,
  options: { readonly readOnly: true; readonly crypto?: CryptoPort } = { readOnly: true },
): LedgerIndex {
  if (!existsSync(join(dir, 'index', 'data.mdb')))
    throw new JournalError('index_missing', `There is no index in ${dir}.`);
  return ledgerIndexOver(openTables(dir, { readOnly: true }), dir, options.crypto ?? nodeCrypto);
}

/** The reading half over open tables: the writer's process reads through it too. */
export function ledgerIndexOver(tables: IndexTables, dir: string, crypto: CryptoPort): LedgerIndex {
  const journal = join(dir, 'journal');
  const read = (position: JournalPosition) => readEntry(crypto, journal, position);
  const readAll = async (positions: readonly JournalPosition[]): Promise<LocatedEntry[]> => {
    const entries: LocatedEntry[] = [];
    for (const position of positions) entries.push(await read(position));
    return entries;
  };
  const under = (id: string) => ({ start: [id, 0], end: [id, Number.MAX_SAFE_INTEGER] });
  const claims = (kind: 'run' | 'receipt', id: string) =>
    readAll([...tables.claims.getRange(under(claimKey(kind, id)))].map(({ value }) => unpackPosition(value)));

  return {
    head: () => {
      const head = tables.meta.get(headKey);
      return head?.version === indexVersion ? head : undefined;
    },
    lastSeq: (stream) => tables.heads.get(stream)?.seq ?? 0,
    streamHead: (stream) => tables.heads.get(stream),
    entriesOfRun: (runId) =>
      readAll([...tables.runs.getRange(under(runId))].flatMap(({ value }) => value.map(unpackPosition))),
    claimsAgainstRun: (runId) => claims('run', runId),
    claimsAgainstReceipt: (receiptId) => claims('receipt', receiptId),
    entryOfReceipt: async (receiptId) => {
      const packed = tables.receipts.get(receiptId);
      return packed === undefined ? undefined : read(unpackPosition(packed));
    },
    entryOfEvent: async (eventId) => {
      const packed = tables.events.get(eventId);
      return packed === undefined ? undefined : read(unpackPosition(packed));
    },
    recentRuns: ({ limit, before = Number.MAX_SAFE_INTEGER }) =>
      [
        ...tables.runOrder.getRange({
          start: before - 1,
          reverse: true,
          limit: Math.max(0, Math.min(limit, pageMax)),
        }),
      ].map(({ key, value: { runId, tenantId, mode, time } }) => ({
        runId,
        tenantId,
        mode,
        time,
        sequence: key,
      })),
    readEntry: read,
    readSegment: (position) => readSegmentAt(crypto, journal, position),
    close: () => tables.root.close(),
  };
}
