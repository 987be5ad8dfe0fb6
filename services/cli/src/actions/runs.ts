import { loadConfig } from '@marketops/engine';
import { newestRuns, openRuns, runSummaryJson } from '@marketops/operator';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { toned } from '../render/event-line.js';
import { statusOf } from '../render/run.js';
import { table } from '../render/table.js';
import { sanitize } from '../sanitize.js';

export async function list(
  { output, env, configPath }: Invocation,
  _args: readonly string[],
  { limit }: { readonly limit: number },
): Promise<number> {
  const runs = await openRuns(loadConfig(configPath, env), env);
  try {
    const records = await newestRuns(runs, limit);
    output.document({
      redis: runs.live === undefined ? 'not reachable' : 'reachable',
      runs: records.map(runSummaryJson),
    });
    const rows = records.map((record) => {
      const { word, tone } = statusOf(record);
      const first = record.events[0];
      return [
        record.runId,
        first?.event.time.replace('T', ' ').slice(0, 19) ?? '',
        record.run.mode === 'prod' ? output.paint.bold('prod') : 'dry_run',
        sanitize(record.run.tenantId),
        String(record.operations.length),
        toned(output.paint, tone)(word),
      ];
    });
    if (rows.length === 0) output.line('No runs yet. marketops submit <plan> makes the first.');
    else output.line(table(output, ['run', 'asked (UTC)', 'mode', 'tenant', 'ops', 'status'], rows, 0));
    if (runs.live === undefined)
      output.note('Redis does not answer: these are the runs that the ledger has.');
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}
