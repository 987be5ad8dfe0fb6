import { jobNames, newUlid, queueNames } from '@marketops/engine';
import { OperatorError, type RunRecord } from '@marketops/operator';
import { digestOf } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { type Allowed, covers, tenantsWith } from '../../access/caller.js';
import type { RunRow } from '../../run-index/run-row.js';
import type { World } from '../../world/world.js';
import { queryOf } from './query.js';
import type { RunFilter } from './rows.js';
import { submit } from './submitting.js';

export type BulkAction = 'cancel' | 'retry';
export type What = { readonly run_ids: readonly string[] } | { readonly filter: RunFilter };

const runsMax = 200;
const ended = new Set(['rejected', 'completed', 'partial', 'failed', 'blocked', 'cancelled']);

/** Which runs are meant, as the list has them now. */
export function meant(world: World, allowed: Allowed, what: What): { rows: RunRow[]; more: boolean } {
  if ('run_ids' in what) {
    const rows = [...new Set(what.run_ids)].flatMap((id) => world.index.get(id, allowed.visible) ?? []);
    return { rows, more: false };
  }
  const { runs, next } = world.index.search({ ...queryOf(what.filter, allowed), limit: runsMax });
  return { rows: [...runs], more: next !== null };
}

/** Why the action would do nothing for a run, or may not; undefined where it would. Pure. */
export function refusalOf(
  { caller }: Allowed,
  action: BulkAction,
  row: RunRow,
): { readonly code: string; readonly why: string } | undefined {
  const roles = action === 'cancel' ? (['submitter', 'operator'] as const) : (['submitter'] as const);
  if (!covers(tenantsWith(caller, roles), row.tenant_id))
    return { code: 'forbidden', why: `It takes the role ${roles.join(' or ')} for ${row.tenant_id}.` };
  const isOver = ended.has(row.status);
  if (action === 'cancel')
    return isOver ? { code: 'run_ended', why: `It has ended: ${row.status}.` } : undefined;
  if (!isOver) return { code: 'run_open', why: 'It has not ended.' };
  return row.principal === caller.principal
    ? undefined
    : { code: 'principal_not_allowed', why: 'Only whoever asked for a run asks for it again.' };
}

/** Of what was shown: what is done later must be the same. */
export const previewDigest = (action: BulkAction, runIds: readonly string[]): string =>
  digestOf(nodeCrypto, { action, run_ids: [...runIds].sort() });

export interface Cancelling {
  readonly run_id: string;
  readonly cancel: 'requested' | 'too_late';
  readonly outcome: string | null;
}

/** Asks the planner to cancel what of a run has not started. */
export async function cancel(
  world: World,
  record: RunRecord,
  by: string,
  reason: string,
): Promise<Cancelling> {
  const { run, runId } = record;
  if (run.status === 'completed' || run.status === 'rejected')
    return { run_id: runId, cancel: 'too_late', outcome: run.completed?.data.status ?? 'rejected' };
  const live = await world.reading.live();
  const principal = run.requested?.data.principal ?? by;
  // The queue says in whose name it is cancelled; who did it stands in the reason.
  const said = principal === by ? reason : `${by}: ${reason}`;
  await live
    .queue(queueNames.plans(principal))
    .add(jobNames.runCancel, { run_id: runId, reason: said.slice(0, 500) }, { jobId: `cancel-${newUlid()}` });
  return { run_id: runId, cancel: 'requested', outcome: null };
}

/** Asks for an ended run again, whole, as a new run of the same principal. @throws OperatorError, InputError as `submit` */
export async function retry(
  world: World,
  allowed: Allowed,
  record: RunRecord,
  { mode, key }: { readonly mode: 'dry_run' | 'prod' | undefined; readonly key: string },
) {
  const { run, runId, request } = record;
  const { principal } = allowed.caller;
  if (run.status !== 'completed' && run.status !== 'rejected')
    throw conflict(`${runId} has not ended`, 'See it end, or cancel it.');
  if (run.requested === undefined || request === undefined)
    throw conflict(`what ${runId} was asked for cannot be read here`, 'Submit the plan itself.');
  if (run.requested.data.principal !== principal)
    throw conflict(
      `${runId} was asked for by ${run.requested.data.principal}, and ${principal} is signed in`,
      'Have it retried by whoever asked for it, or submit the plan in your own name.',
    );
  const { salt: _, ...again } = request;
  return submit(world, {
    principal,
    key,
    request: { ...again, mode: mode ?? run.mode, idempotency_key: key, retry_of: runId },
  });
}

const conflict = (message: string, next: string): OperatorError =>
  new OperatorError('plan_refused', message, { next });
