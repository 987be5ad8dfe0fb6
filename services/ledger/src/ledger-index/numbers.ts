import { type IndexTables, numberOfRun } from '@marketops/journal';
import { Recent } from '../recent.js';

/** Far more runs than the batches may bring that are put and not yet committed. */
const rememberedMax = 65_536;

/**
 * The numbers that runs' rows stand under. A run gets its number when it is first named, from the entry that names it,
 * so that runs of one time are neighbours. The table lags behind what is being put; what is newer is remembered here.
 */
export class RunNumbers {
  #tables: IndexTables;
  #recent = new Recent<number>(rememberedMax);

  constructor(tables: IndexTables) {
    this.#tables = tables;
  }

  /** @param orElse the run's number where it has none yet: larger than 0, and no other run's */
  of(runId: string, orElse: number, puts: Promise<unknown>[]): number {
    const known = this.#recent.get(runId) ?? numberOfRun(this.#tables, runId);
    if (known !== undefined) return known;
    this.#recent.set(runId, orElse);
    puts.push(this.#tables.numbers.put(runId, orElse));
    return orElse;
  }
}
