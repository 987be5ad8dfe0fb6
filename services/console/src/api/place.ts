import type { Runs } from '@marketops/operator';
import { RunIndexError } from '../run-index/errors.js';
import { z } from './define.js';

/**
 * A place in a list of runs: the number of the entry that its run began with. Pages are made of everybody’s runs and then shown to
 * one, so a cursor must name no run, and asking with one must not tell which runs there are.
 */
export const Place = z.string().regex(/^p1\.[0-9a-z]{1,10}$/, 'is none that a page gave');

/** Of a run; undefined where the ledger does not have it yet. */
export async function placeOf({ ledger }: Pick<Runs, 'ledger'>, runId: string): Promise<string | undefined> {
  const [first] = (await ledger?.index.entriesOfRun(runId)) ?? [];
  return first === undefined ? undefined : `p1.${first.entry.sequence.toString(36)}`;
}

/** The run at a place, or the next older one. @throws RunIndexError `cursor_invalid` */
export function runAt({ ledger }: Pick<Runs, 'ledger'>, place: string): string {
  const sequence = Number.parseInt(place.slice('p1.'.length), 36);
  const [run] = ledger?.index.recentRuns({ limit: 1, before: sequence + 1 }) ?? [];
  if (run !== undefined) return run.runId;
  throw new RunIndexError('cursor_invalid', 'The cursor is none that a page gave.');
}
