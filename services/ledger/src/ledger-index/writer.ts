import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runStream } from '@marketops/contracts';
import {
  claimKey,
  headKey,
  type IndexHead,
  type IndexTables,
  indexVersion,
  JournalError,
  openTables,
  type PackedPosition,
  packPosition,
  type StreamHead,
} from '@marketops/journal';
import type { CryptoPort } from '@marketops/proof';
import { LedgerError } from '../errors.js';
import { headAfter } from '../heads.js';
import type { PlacedEntry } from '../journal/batch.js';

/**
 * Opens the index for writing. One that cannot be opened, or is of another version, is removed: it is derived, and the
 * catch-up that follows makes it again.
 * @param root the ledger's folder
 */
export async function openIndexForWriting(root: string): Promise<IndexTables> {
  const fresh = async (): Promise<IndexTables> => {
    await rm(join(root, 'index'), { recursive: true, force: true });
    return openTables(root, { readOnly: false });
  };
  try {
    const tables = openTables(root, { readOnly: false });
    const head = tables.meta.get(headKey);
    if (head === undefined || head.version === indexVersion) return tables;
    await tables.root.close();
    return await fresh();
  } catch (fault) {
    if (!(fault instanceof JournalError)) throw fault;
    return await fresh();
  }
}

/**
 * Indexes one committed batch. All puts are made in one turn of the event loop, which LMDB commits as one transaction:
 * a reader sees the batch whole or not at all.
 * @throws LedgerError `index_failed`
 */
export async function indexBatch(
  tables: IndexTables,
  entries: readonly PlacedEntry[],
  heads: ReadonlyMap<string, StreamHead>,
  head: Omit<IndexHead, 'version'>,
): Promise<void> {
  const puts: Promise<unknown>[] = [];
  const byRun = new Map<string, PackedPosition[]>();
  for (const { position, event } of entries) {
    const packed = packPosition(position);
    const { id, run_id: runId } = event;
    if (isKey(id)) puts.push(tables.events.put(id, packed));
    if (isKey(runId)) {
      const run = byRun.get(runId);
      if (run === undefined) byRun.set(runId, [packed]);
      else run.push(packed);
    }
    puts.push(...indexByType(tables, event, packed));
  }
  for (const [stream, at] of heads) puts.push(tables.heads.put(stream, at));
  for (const [runId, positions] of byRun)
    puts.push(tables.runs.put([runId, positions[0]?.[2] ?? 0], positions));
  try {
    // Every put, not the last alone: on a full disk each of them rejects.
    await Promise.all([...puts, tables.meta.put(headKey, { version: indexVersion, ...head })]);
  } catch (cause) {
    // LMDB hangs the commit's own failure on the error, as one more rejected promise.
    (cause as { commitError?: Promise<unknown> } | null)?.commitError?.catch(() => undefined);
    throw new LedgerError('index_failed', 'The index cannot be written.', { cause });
  }
}

/** Where each stream of a batch ends, from where it ended before. */
export function headsAfter(
  crypto: CryptoPort,
  entries: readonly PlacedEntry[],
  headBefore: (stream: string) => StreamHead | undefined,
): Map<string, StreamHead> {
  const heads = new Map<string, StreamHead>();
  for (const { event, eventDigest } of entries) {
    const { stream } = event;
    if (isKey(stream))
      heads.set(stream, headAfter(crypto, heads.get(stream) ?? headBefore(stream), [eventDigest]));
  }
  return heads;
}

/** LMDB refuses long keys; what is longer than any id of ours is not looked up by it. */
const keyCharsMax = 200;
const isKey = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= keyCharsMax;

function indexByType(
  tables: IndexTables,
  event: PlacedEntry['event'],
  packed: PackedPosition,
): Promise<unknown>[] {
  const puts: Promise<unknown>[] = [];
  const { type, stream, seq, run_id: runId, tenant_id: tenantId, mode, time } = event;
  const sequence = packed[2];
  const data = (event['data'] ?? {}) as Record<string, unknown>;
  if (seq === 1 && isKey(runId) && stream === runStream(runId)) {
    puts.push(
      tables.runOrder.put(sequence, {
        runId,
        tenantId: isKey(tenantId) ? tenantId : null,
        mode: isKey(mode) ? mode : null,
        time: isKey(time) ? time : '',
        position: packed,
      }),
    );
  }
  if (type === 'receipt.issued') {
    const receiptId = (data['receipt'] as { receipt_id?: unknown } | undefined)?.receipt_id;
    if (isKey(receiptId)) puts.push(tables.receipts.put(receiptId, packed));
  }
  if (type === 'gate.refused') {
    const { claimed_run_id: run, claimed_receipt_id: receipt } = data;
    if (isKey(run)) puts.push(tables.claims.put([claimKey('run', run), sequence], packed));
    if (isKey(receipt)) puts.push(tables.claims.put([claimKey('receipt', receipt), sequence], packed));
  }
  if (type === 'stream.quarantined' && isKey(data['stream']) && isKey(data['evidence_digest'])) {
    puts.push(tables.quarantines.put([data['stream'], data['evidence_digest']], packed));
  }
  return puts;
}
