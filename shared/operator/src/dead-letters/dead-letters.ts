import type { LoadedConfig } from '@marketops/engine';
import type { Runs } from '../runs/runs.js';
import type { DeadLetter } from './dead-letter.js';
import { failedJobs } from './jobs.js';
import { deadOperations } from './operations.js';
import { quarantinedStreams, stalledRuns } from './runs-and-streams.js';

export interface DeadLettersPage {
  readonly limit: number;
  /** The run that the page before ended with. */
  readonly after: string | undefined;
}

export interface DeadLetters {
  readonly letters: readonly DeadLetter[];
  /** The run to go on after; undefined where there are no older ones. */
  readonly next: string | undefined;
}

/**
 * Everything that will not go on by itself, a page at a time. Without Redis, the operations that the ledger knows of.
 * @throws OperatorError `run_not_found` for an `after` that the ledger does not have
 */
export async function deadLetters(
  loaded: LoadedConfig,
  runs: Runs,
  page: DeadLettersPage,
): Promise<DeadLetters> {
  const { live } = runs;
  // They stand on the first page: what is under way is not older than anything.
  const underWay =
    live === undefined || page.after !== undefined
      ? []
      : [
          ...(await stalledRuns(runs, live)),
          ...(await quarantinedStreams(live)),
          ...(await failedJobs(loaded, live)),
        ];
  const { letters, next } = await deadOperations(runs, page);
  return { letters: [...underWay, ...letters], next };
}

/** As `--json` gives it. */
export const deadLetterJson = ({ runId, operationId, ...letter }: DeadLetter) => ({
  ...letter,
  run_id: runId,
  operation_id: operationId,
});
