import type { RunRecord } from '@marketops/operator';
import type { ListedStatus, RunFlag, RunRow } from '../../run-index/run-row.js';

interface Listed {
  readonly status: ListedStatus;
  readonly flags: RunFlag[];
  readonly created_at: string;
  readonly updated_at: string;
}

/** Where a run stands, as the list has it; from the run itself where the list does not have it yet, or is behind. */
export function listedOf(record: RunRecord, row: RunRow | undefined): Listed {
  const times = record.events.map(({ event }) => event.time).sort();
  const [created_at = '', updated_at = ''] = [times[0], times.at(-1)];
  return { status: statusOf(record), flags: [...(row?.flags ?? [])], created_at, updated_at };
}

function statusOf({ run, operations }: RunRecord): ListedStatus {
  if (run.status === 'rejected') return 'rejected';
  if (run.status === 'completed') return run.completed?.data.status ?? 'completed';
  if (run.status !== 'planned') return 'requested';
  const phases = new Set(operations.map(({ state }) => state.phase));
  if (phases.has('started')) return 'executing';
  if (phases.has('authorized')) return 'authorized';
  const asked = run.approvalRequests.some(({ data }) =>
    data.operation_ids.some((id) => operations.some((one) => one.id === id && one.state.phase === 'planned')),
  );
  return asked ? 'awaiting_approval' : 'planned';
}
