import { type IndexTables, isIndexKey } from './layout.js';

/** Of what belongs to no run, and can have no number of its own. */
const numberOfNone = 0;

/** The number a run's rows stand under; undefined for a run that has none. */
export const numberOfRun = ({ numbers }: IndexTables, runId: string): number | undefined =>
  isIndexKey(runId) ? numbers.get(runId) : numberOfNone;
