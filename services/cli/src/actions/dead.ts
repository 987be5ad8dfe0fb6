import { loadConfig } from '@marketops/engine';
import { deadLetterJson, deadLetters, openRuns } from '@marketops/operator';
import { parseRunId } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { DeadFlags } from '../commands/dead.js';
import { exitCodes } from '../exit-codes.js';
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
    const { letters: all, next } = await deadLetters(loaded, runs, { limit, after });
    output.document({
      redis: live === undefined ? 'not reachable' : 'reachable',
      dead: all.map(deadLetterJson),
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
