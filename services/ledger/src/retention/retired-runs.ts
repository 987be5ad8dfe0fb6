import { type IndexTables, numberOfRun, type RetiredRow } from '@marketops/journal';
import { runOfStream } from '@marketops/store';

/** Which runs have left Redis, as the index remembers it. */
export interface RetiredRuns {
  /** Whether the stream is of such a run. */
  has(stream: string): boolean;
  /** @param number the run's, in the index */
  get(number: number): RetiredRow | undefined;
  /** Known at once; durable when it resolves. */
  put(number: number, row: RetiredRow): Promise<void>;
  readonly count: number;
}

export function openRetiredRuns(tables: IndexTables): RetiredRuns {
  const { retired } = tables;
  // The table lags behind what is being put.
  const putting = new Map<number, RetiredRow>();
  let count = retired?.getCount() ?? 0;
  const get = (number: number): RetiredRow | undefined => putting.get(number) ?? retired?.get(number);
  return {
    has(stream) {
      // Asked with every append that the ledger takes: nearly always there is nothing to look up.
      if (count === 0) return false;
      const runId = runOfStream(stream);
      const number = runId === undefined ? undefined : numberOfRun(tables, runId);
      return number !== undefined && get(number) !== undefined;
    },
    get,
    async put(number, row) {
      if (get(number) === undefined) count += 1;
      putting.set(number, row);
      await retired?.put(number, row);
      putting.delete(number);
    },
    get count() {
      return count;
    },
  };
}
