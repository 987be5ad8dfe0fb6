import {
  type Operation,
  OperationId,
  type OperationSet,
  OperationSet as Operations,
  type PublicationPlan,
  repositoryFullName,
} from '@marketops/contracts';
import { operationDigest, planDigest } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { parsed } from '../arguments.js';
import type { RunRecord } from '../runs/run-record.js';
import { AuthorityError } from './errors.js';

/** A plan that somebody can be shown whole, and that is the one the planner signed for. */
export interface ShownPlan {
  readonly record: RunRecord;
  readonly plan: PublicationPlan;
  readonly digest: string;
  /** Whole, by id; none where a prerequisite was missing. */
  readonly operations: ReadonlyMap<string, Operation>;
}

/**
 * The plan of a run as loaded here, its digest and those of its operations computed anew and compared with what the events
 * say: nobody signs a digest of something else than what was shown.
 * @throws AuthorityError `run_ended`, `run_not_planned`, `nothing_to_approve` for a dry run, `plan_not_shown`
 */
export function shownPlan(record: RunRecord): ShownPlan {
  const { run, runId, plan } = record;
  if (run.status === 'completed' || run.status === 'rejected') {
    throw new AuthorityError('run_ended', `${runId} has ended: ${run.completed?.data.status ?? 'rejected'}`, {
      next: `See marketops show ${runId}.`,
    });
  }
  if (run.planned === undefined) {
    throw new AuthorityError('run_not_planned', `${runId} has no plan yet`, {
      next: 'Wait until it is planned: marketops events --follow shows it.',
    });
  }
  if (run.mode !== 'prod') {
    throw new AuthorityError(
      'nothing_to_approve',
      `${runId} is a dry run: nothing of it is ever authorized`,
      {
        next: 'Approve the prod run of the same plan.',
      },
    );
  }
  if (plan === undefined) throw notShown(runId, 'its plan cannot be read on this machine');
  const digest = planDigest(nodeCrypto, plan);
  if (digest !== run.planned.data.plan_digest || plan.run_id !== runId || plan.tenant_id !== run.tenantId) {
    throw notShown(runId, 'the plan read here is not the one that was planned');
  }
  return { record, plan, digest, operations: wholeOperations(record, plan) };
}

function wholeOperations({ runId, operations }: RunRecord, plan: PublicationPlan): Map<string, Operation> {
  const byId = new Map(operations.map(({ id, operation }) => [id, operation]));
  const whole = new Map<string, Operation>();
  for (const { operation_id: id, operation_digest: digest, kind, repository } of plan.operations) {
    if (digest === null) continue;
    const operation = byId.get(id);
    if (operation === undefined) throw notShown(runId, `its operation ${id} cannot be read on this machine`);
    const isIt =
      operationDigest(nodeCrypto, operation) === digest &&
      operation.operation_id === id &&
      operation.kind === kind &&
      repositoryFullName(operation.repository).toLowerCase() === repository.toLowerCase();
    if (!isIt) throw notShown(runId, `its operation ${id} read here is not the one that was planned`);
    whole.set(id, operation);
  }
  return whole;
}

export const notShown = (runId: string, why: string): AuthorityError =>
  new AuthorityError('plan_not_shown', `${runId} is not signed unseen: ${why}`, {
    next: 'Run it where the blobs of the system are (the data folder), and see marketops doctor.',
  });

/**
 * The operations that were named, all of the plan where none was; as far as can be told without the plan.
 * @throws OperatorError `usage_invalid` for what can be no operation, and for more than a hundred
 */
export function namedOperations(named: readonly string[] | undefined): OperationSet {
  if (named === undefined || named.length === 0) return 'all';
  const ids = [...new Set(named.map((id) => parsed(OperationId, '--operation', id)))];
  return parsed(Operations, `--operation (${ids.length} of them)`, ids);
}

/** @throws AuthorityError `operation_unknown` where the plan does not have one of them */
export function operationsOf(plan: PublicationPlan, set: OperationSet): OperationSet {
  const known = plan.operations.map((operation) => operation.operation_id);
  const unknown = set === 'all' ? [] : set.filter((id) => !known.includes(id));
  if (unknown.length === 0) return set;
  throw new AuthorityError('operation_unknown', `the plan has no operation ${unknown.join(', ')}`, {
    next: `It has ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}.`,
  });
}
