import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LmdbRoot, type LmdbTable, lmdb, lmdbFileFault } from '@marketops/journal';
import type { JournalCursor } from '@marketops/operator/reading';
import { RunIndexError } from './errors.js';
import type { ListedRun } from './listed-run.js';
import { type PackedRun, packRun, unpackRun } from './packed.js';

/** Raised whenever a row or what the fold makes of an event changes: the index is made again. */
const storeVersion = 1;

/** How far the journal has been read. Stands in the same transaction as what was read. */
interface StoreHead {
  readonly version: number;
  readonly cursor: JournalCursor;
  /** Of the journal's bytes right before the cursor: tells this journal from another one. */
  readonly mark: string;
}

/** What one batch brought. */
interface StoreBatch {
  readonly runs: Iterable<ListedRun>;
  /** Receipt → the first entry of the run it was issued for. */
  readonly receipts: ReadonlyMap<string, number>;
  readonly head: Omit<StoreHead, 'version'>;
}

/** The index of runs on disk. It is derived: whatever is amiss with it, it is emptied, and made again from the journal. */
export interface RunStore {
  head(): StoreHead | undefined;
  /** Reads every run anew: another process has written. @throws RunIndexError `run_index_failed` for a row that is none */
  reload(): void;
  run(firstSequence: number): ListedRun | undefined;
  firstSequenceOf(runId: string): number | undefined;
  firstSequenceOfReceipt(receiptId: string): number | undefined;
  /** A place in the journal at or before the end of that entry, and not far before it; undefined for its beginning. */
  cursorBefore(sequence: number): JournalCursor | undefined;
  /**
   * Whole or not at all.
   * @param after the entry up to which this process had written before; where another has written since, nothing is
   * @throws RunIndexError `run_index_in_use`, `run_index_failed`
   */
  write(batch: StoreBatch, after: number): Promise<void>;
  /** @throws RunIndexError `run_index_failed` */
  clear(): Promise<void>;
  close(): Promise<void>;
}

interface Tables {
  readonly root: LmdbRoot;
  readonly meta: LmdbTable<StoreHead>;
  readonly runs: LmdbTable<PackedRun, number>;
  readonly ids: LmdbTable<number>;
  readonly receipts: LmdbTable<number>;
  /** Last entry before it → a place in the journal: some of them, so that reading may begin anywhere. */
  readonly places: LmdbTable<JournalCursor, number>;
}

const headKey = 'head';
/** What is read again at most where reading begins at some entry, besides one batch. */
const entriesPerPlace = 2_000;
/** Address space, not disk. */
const mapBytes = 16 * 1_024 ** 3;
/** Longer than any id of ours; LMDB throws for keys beyond 1,978 bytes. */
const idCharsMax = 200;

/** Where the runs go that were read when the index was opened. */
export interface RunLoader {
  /** Oldest first. */
  load(run: ListedRun): void;
  /** What was loaded is not to be believed: a damaged row stood behind it. */
  forget(): void;
}

/**
 * Opens the index in a folder of its own, and reads every run in it.
 *
 * LMDB follows what stands in its file, and damage deep in it can end the process with a signal that no code can catch. So a
 * file marks the time in which everything is read once: who finds it there begins anew.
 * @throws RunIndexError `run_index_failed`
 */
export function openRunStore(folder: string, loader: RunLoader): RunStore {
  const opening = join(folder, 'opening');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    if (existsSync(opening) || lmdbFileFault(join(folder, 'data.mdb')) !== undefined) wipe(folder);
    writeFileSync(opening, '', { mode: 0o640 });
    const tables = openTables(folder);
    if (!isLoaded(tables, loader)) {
      loader.forget();
      // Made again, as one of another version.
      clearAll(tables);
    }
    rmSync(opening);
    return storeOver(tables, folder, loader);
  } catch (cause) {
    throw failed(folder, cause);
  }
}

const failed = (folder: string, cause: unknown): RunIndexError => {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new RunIndexError('run_index_failed', `The index of runs in ${folder} cannot be used: ${why}.`, {
    retry: 'transient',
    cause,
  });
};

function wipe(folder: string): void {
  for (const file of ['data.mdb', 'lock.mdb']) rmSync(join(folder, file), { force: true });
}

/** @returns false where it is of another version, or holds a row that is none of ours */
function isLoaded({ meta, runs }: Tables, loader: RunLoader): boolean {
  try {
    const head = meta.get(headKey);
    // New, or whoever made it ended before its first batch.
    if (head === undefined) return runs.getKeysCount({ limit: 1 }) === 0;
    if (head.version !== storeVersion) return false;
    for (const { value } of runs.getRange()) loader.load(unpackRun(value));
    return true;
  } catch {
    return false;
  }
}

function openTables(folder: string): Tables {
  const root = lmdb.open({ path: folder, noSubdir: false, maxDbs: 8, mapSize: mapBytes });
  const table = <Value, Key extends string | number = string>(name: string) =>
    root.openDB<Value, Key>({ name, encoding: 'msgpack' });
  return {
    root,
    meta: table('meta'),
    runs: table('runs'),
    ids: table('ids'),
    receipts: table('receipts'),
    places: table('places'),
  };
}

function clearAll({ meta, runs, ids, receipts, places }: Tables): void {
  for (const table of [meta, runs, ids, receipts, places]) table.clearSync();
}

function storeOver(tables: Tables, folder: string, loader: RunLoader): RunStore {
  const { root, meta, runs, ids, receipts, places } = tables;
  const cursorBefore = (sequence: number): JournalCursor | undefined => {
    for (const { value } of places.getRange({ start: sequence, reverse: true, limit: 1 })) return value;
    return undefined;
  };
  const numberOf = (table: LmdbTable<number>, id: string): number | undefined =>
    id.length > 0 && id.length <= idCharsMax ? table.get(id) : undefined;
  const transact = async (change: () => void): Promise<void> => {
    try {
      await root.transaction(change);
    } catch (cause) {
      // LMDB hangs the commit's own failure on the error, as one more rejected promise.
      (cause as { commitError?: Promise<unknown> } | null)?.commitError?.catch(() => undefined);
      throw cause instanceof RunIndexError ? cause : failed(folder, cause);
    }
  };
  return {
    head: () => meta.get(headKey),
    reload() {
      loader.forget();
      if (!isLoaded(tables, loader)) throw failed(folder, 'it holds what is none of ours');
    },
    run(firstSequence) {
      const packed = runs.get(firstSequence);
      return packed === undefined ? undefined : unpackRun(packed);
    },
    firstSequenceOf: (runId) => numberOf(ids, runId),
    firstSequenceOfReceipt: (receiptId) => numberOf(receipts, receiptId),
    cursorBefore,
    write: (batch, after) =>
      transact(() => {
        if ((meta.get(headKey)?.cursor.sequence ?? 0) !== after)
          throw new RunIndexError(
            'run_index_in_use',
            `Another process writes the index of runs in ${folder}.`,
          );
        for (const run of batch.runs) {
          runs.put(run.firstSequence, packRun(run));
          if (run.firstSequence > after) ids.put(run.runId, run.firstSequence);
        }
        for (const [receiptId, firstSequence] of batch.receipts) receipts.put(receiptId, firstSequence);
        const { cursor } = batch.head;
        if (cursor.sequence - (cursorBefore(cursor.sequence)?.sequence ?? 0) >= entriesPerPlace)
          places.put(cursor.sequence, cursor);
        meta.put(headKey, { version: storeVersion, ...batch.head });
      }),
    clear: () => transact(() => clearAll(tables)),
    close: () => root.close(),
  };
}
