import { loadConfig } from '@marketops/engine';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import type { RunRecord } from '../reading/run-record.js';
import { openRuns, type Runs } from '../reading/runs.js';
import { unfinishedRuns } from '../reading/unfinished-runs.js';
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
    const records = await newest(runs, limit);
    output.document({
      redis: runs.live === undefined ? 'not reachable' : 'reachable',
      runs: records.map(asJson),
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

async function newest(runs: Runs, limit: number): Promise<RunRecord[]> {
  const journaled = runs.ledger?.recentRuns(limit).map(({ runId }) => runId) ?? [];
  const pending = runs.live === undefined ? [] : await unfinishedRuns(runs.live.store, limit);
  const ids = [...new Set([...pending.filter((id) => !journaled.includes(id)), ...journaled])].slice(
    0,
    limit,
  );
  const records: RunRecord[] = [];
  for (const id of ids) records.push(await runs.read(id));
  return records;
}

function asJson({ runId, run, request, operations, events }: RunRecord) {
  return {
    run_id: runId,
    requested_at: events[0]?.event.time ?? null,
    tenant_id: run.tenantId,
    principal: run.requested?.data.principal ?? null,
    mode: run.mode,
    status: run.status,
    outcome: run.completed?.data.status ?? null,
    retry_of: request?.retry_of ?? null,
    redrives: run.redriveOrders.length,
    operations: operations.length,
    ledger_sequence: events[0]?.sequence ?? null,
  };
}
