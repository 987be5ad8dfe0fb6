import { loadConfig } from '@marketops/engine';
import { parseRunId } from '../arguments.js';
import type { Invocation } from '../command.js';
import type { DeadFlags } from '../commands/dead.js';
import type { DeadLetter } from '../dead/dead-letter.js';
import { failedJobs } from '../dead/jobs.js';
import { deadOperations } from '../dead/operations.js';
import { quarantinedStreams, stalledRuns } from '../dead/runs-and-streams.js';
import { exitCodes } from '../exit-codes.js';
import { openRuns } from '../reading/runs.js';
import { renderDead } from '../render/dead.js';

export async function dead(
  { output, env, configPath }: Invocation,
  _args: readonly string[],
  { limit, after: cursor, exitCode }: DeadFlags,
): Promise<number> {
  const after = cursor === undefined ? undefined : parseRunId(cursor);
  const loaded = loadConfig(configPath, env);
  const runs = await openRuns(loaded, env);
  try {
    const { live } = runs;
    // They stand on the first page: what is under way is not older than anything.
    const underWay =
      live === undefined || after !== undefined
        ? []
        : [
            ...(await stalledRuns(runs, live)),
            ...(await quarantinedStreams(live)),
            ...(await failedJobs(loaded, live)),
          ];
    const { letters, next } = await deadOperations(runs, { limit, after });
    const all = [...underWay, ...letters];
    output.document({
      redis: live === undefined ? 'not reachable' : 'reachable',
      dead: all.map(asJson),
      next: next ?? null,
    });
    renderDead(output, all);
    if (next !== undefined) output.note(`There may be more in older runs: --after ${next}`);
    if (live === undefined)
      output.note('Redis does not answer: these are the operations that the ledger knows of.');
    return all.length > 0 && exitCode === true ? exitCodes.failed : exitCodes.held;
  } finally {
    await runs.close();
  }
}

const asJson = ({ runId, operationId, ...letter }: DeadLetter) => ({
  ...letter,
  run_id: runId,
  operation_id: operationId,
});
