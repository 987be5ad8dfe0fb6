import { Fault, type Keyring } from '@marketops/contracts';
import type { Blobs } from '@marketops/operator/reading';
import type { Batch } from './batch.js';
import { Columns } from './columns.js';
import { FeedReader } from './feed-reader.js';
import { rowOf } from './listed-run.js';
import { Projection } from './projection.js';
import type { AllowedTenants, RunChanges, RunIndex, RunIndexState, RunPage } from './run-index.js';
import type { RunRow } from './run-row.js';
import { searchRows } from './search.js';
import { openRunStore } from './store.js';
import { totalsOf } from './totals.js';

export interface RunIndexOptions {
  /** A folder of this console's own: nobody else writes there. */
  readonly folder: string;
  /** The folder of the ledger's files. */
  readonly journal: string;
  /** Asked at the start, and again whenever something cannot be verified. */
  readonly keyring: () => Keyring;
  /** For plans that are too large to stand in their event. Sealed ones are never opened. */
  readonly blobs?: Pick<Blobs, 'plan'> | undefined;
  /** Told once per fault; the index goes on by itself. */
  readonly onFault?: ((fault: unknown) => void) | undefined;
  /** While it is made: entries that are written at once. Default 10,000. */
  readonly entriesPerWrite?: number | undefined;
}

/**
 * Opens the index of runs: reads what it has on disk, and follows the journal from there in the background. A missing, damaged or
 * older one is made again.
 * @throws RunIndexError `run_index_failed`
 */
export function openRunIndex(options: RunIndexOptions): RunIndex {
  let columns = new Columns();
  const store = openRunStore(options.folder, {
    load: (run) => columns.set(run),
    forget: () => {
      columns = new Columns();
    },
  });
  const listeners = new Set<(changes: RunChanges) => void>();
  let state: RunIndexState['state'] = 'building';
  let fault: RunIndexState['fault'] = null;

  const tell = (changes: RunChanges): void => {
    reader.take(changes);
    for (const listener of [...listeners]) {
      try {
        listener(changes);
      } catch (thrown) {
        listeners.delete(listener);
        options.onFault?.(thrown);
      }
    }
  };
  const onWritten = (batch: Batch, position: number): void => {
    for (const run of batch.runs.values()) columns.set(run);
    if (!batch.isFollowed) return;
    const { events, feed } = batch;
    tell({ position, reset: false, rows: [...batch.runs.values()].map(rowOf), events, feed });
  };
  const projection = new Projection({
    ...{ ...options, store, onWritten },
    onForgotten() {
      columns = new Columns();
      reader.forget();
      state = 'building';
    },
    onTakenOver() {
      reader.forget();
      state = 'building';
    },
    onLive(isNew) {
      state = 'live';
      fault = null;
      if (!isNew) return;
      tell({ position: projection.position, reset: true, rows: [], events: [], feed: [] });
    },
    onFailed(thrown) {
      state = 'failed';
      const told = toldOf(thrown);
      if (told.code !== fault?.code || told.message !== fault.message) options.onFault?.(thrown);
      fault = told;
    },
  });

  const reader = new FeedReader({
    journal: options.journal,
    trust: () => projection.trust,
    position: () => projection.position,
    cursorBefore: (sequence) => store.cursorBefore(sequence),
    row: (runId) => rowFor(runId),
  });
  const rowFor = (runId: string): RunRow | undefined => {
    const firstSequence = store.firstSequenceOf(runId);
    return firstSequence === undefined ? undefined : shown(firstSequence);
  };
  const shown = (firstSequence: number): RunRow | undefined => {
    const run = store.run(firstSequence);
    return run === undefined ? undefined : rowOf(run);
  };
  return {
    search(query): RunPage {
      const ofReceipt =
        query.receiptId === undefined ? undefined : store.firstSequenceOfReceipt(query.receiptId);
      const { rows, next, total } = searchRows(columns, query, ofReceipt);
      const runs = rows.flatMap((row) => shown(columns.firstSequence[row] ?? 0) ?? []);
      return { runs, next, total, position: projection.position };
    },
    get(runId, allowed) {
      const row = rowFor(runId);
      return row !== undefined && isAllowed(row, allowed) ? row : undefined;
    },
    totals: (allowed) => totalsOf(columns, allowed),
    follow(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    feed: (request) => reader.read(request),
    state: () => ({ state, position: projection.position, runs: columns.rows, fault }),
    caughtUp: (signal) => orAborted(projection.caughtUp(), signal),
    async close() {
      listeners.clear();
      await projection.close();
      await store.close();
    },
  };
}

const isAllowed = ({ tenant_id }: RunRow, allowed: AllowedTenants): boolean =>
  allowed === 'all' || allowed.includes(tenant_id);

const toldOf = (thrown: unknown): NonNullable<RunIndexState['fault']> => {
  if (thrown instanceof Fault) return { code: thrown.code, message: thrown.message };
  return {
    code: 'run_index_failed',
    message: thrown instanceof Error ? thrown.message : String(thrown),
  };
};

async function orAborted<Value>(waiting: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return waiting;
  signal.throwIfAborted();
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([waiting, aborted]).finally(() => signal.removeEventListener('abort', stop));
}
