import type { LedgerIndex } from '@marketops/journal';
import { OperatorError } from '../errors.js';

type RecentRun = ReturnType<LedgerIndex['recentRuns']>[number];

export interface RunsPage {
  /** The run that the page before ended with. */
  readonly after?: string | undefined;
  /** A page ends after this many runs, whatever was found in them: one look must not read the whole ledger. */
  readonly runsMax?: number | undefined;
}

export interface RunsFound<Found> {
  readonly found: readonly Found[];
  /** The run to go on after; undefined where there are no older ones. */
  readonly next: string | undefined;
}

const runsPerPageMax = 2_000;
const runsAtOnce = 100;

/**
 * Looks through the newest runs of the ledger until enough was found. A page ends with a run: it may hold a few more than were
 * asked for.
 * @param inRuns what there is in runs, newest first, each with its run; asked for a hundred runs at a time, and read as it is needed
 * @throws OperatorError `run_not_found` for an `after` that the ledger does not have
 */
export async function findInNewestRuns<Found>(
  index: LedgerIndex | undefined,
  { limit, after, runsMax = runsPerPageMax }: RunsPage & { readonly limit: number },
  inRuns: (runs: readonly RecentRun[]) => AsyncIterable<readonly [runId: string, found: readonly Found[]]>,
): Promise<RunsFound<Found>> {
  const found: Found[] = [];
  if (index === undefined) return { found, next: undefined };
  let before = after === undefined ? undefined : await sequenceOf(index, after);
  for (let looked = 0; ; ) {
    const page = index.recentRuns({ limit: runsAtOnce, before });
    const last = page.at(-1);
    if (last === undefined) return { found, next: undefined };
    for await (const [runId, more] of inRuns(page)) {
      found.push(...more);
      if (found.length >= limit) return { found, next: runId };
    }
    looked += page.length;
    if (looked >= runsMax) return { found, next: last.runId };
    before = last.sequence;
  }
}

async function sequenceOf(index: LedgerIndex, runId: string): Promise<number> {
  const [first] = await index.entriesOfRun(runId);
  if (first !== undefined) return first.entry.sequence;
  throw new OperatorError('run_not_found', `the ledger has no run ${runId} to go on after`, {
    next: 'Use what the page before gave as next, or leave --after out.',
  });
}
