import { OperatorError, type RunRecord } from '@marketops/operator';
import type { Allowed } from '../../access/caller.js';
import type { World } from '../../world/world.js';
import type { z } from '../define.js';
import { changesOf, effectOf } from './changes.js';
import type { PlanView } from './detail.js';
import { findRun } from './find.js';

/** The publication plan as what it will change. @throws OperatorError `run_not_found`, also where it has no plan */
export async function planView(
  world: World,
  allowed: Allowed,
  record: RunRecord,
  against: string | undefined,
): Promise<z.input<typeof PlanView>> {
  const { run, runId, plan, operations } = record;
  if (run.planned === undefined)
    throw new OperatorError(
      'run_not_found',
      `${runId} has no plan${run.rejected === undefined ? ' yet' : ': it was rejected'}`,
      {
        next: run.rejected === undefined ? 'Ask again when it is planned.' : 'See why with the run itself.',
      },
    );
  const other = await comparedWith(world, allowed, record, against);
  const { plan_digest, would_ship, would_not_ship } = run.planned.data;
  return {
    run_id: runId,
    mode: run.mode,
    plan_digest,
    request_digest: plan?.request_digest ?? run.requested?.data.request_digest ?? '',
    plan: plan ?? null,
    operations: (plan?.operations ?? []).map((planned) => {
      const own = operations.find(({ id }) => id === planned.operation_id)?.operation;
      const before = other?.operations.find(({ id }) => id === planned.operation_id)?.operation;
      return {
        ...planned,
        operation: own === undefined ? null : { ...own },
        effect: effectOf(own),
        changes: changesOf(own, before?.kind === planned.kind ? before : undefined),
      };
    }),
    would_ship,
    would_not_ship,
    compared_with: other?.runId ?? null,
  };
}

/** The run that was named, else the one this is a retry of; none where it cannot be seen. */
async function comparedWith(
  world: World,
  allowed: Allowed,
  { request }: RunRecord,
  against: string | undefined,
): Promise<RunRecord | undefined> {
  const named = against ?? request?.retry_of;
  if (named === undefined) return undefined;
  if (against !== undefined) return (await findRun(world, allowed, named)).record;
  return findRun(world, allowed, named).then(
    ({ record }) => record,
    (fault: unknown) => {
      if (fault instanceof OperatorError && fault.code === 'run_not_found') return undefined;
      throw fault;
    },
  );
}
