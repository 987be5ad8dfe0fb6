import type { RunRecord } from './run-record.js';
import type { Runs } from './runs.js';
import { unfinishedRuns } from './unfinished-runs.js';

/** The newest runs, those first that are under way and not in the ledger yet. */
export async function newestRuns(runs: Runs, limit: number): Promise<RunRecord[]> {
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

/** A run in a list, as `--json` gives it. */
export function runSummaryJson({ runId, run, request, operations, events }: RunRecord) {
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
