import type { Operation } from '@marketops/contracts';
import { notShown } from '../approvals/shown-plan.js';
import type { DeadLetter } from '../dead-letters/dead-letter.js';
import { type DeadOperations, deadOperations } from '../dead-letters/operations.js';
import { OperatorError } from '../errors.js';
import type { OperationRecord, RunRecord } from '../runs/run-record.js';
import type { Runs } from '../runs/runs.js';

/** Operations looked at for one page of uncertain ones: most of what is dead is not uncertain. */
const lookedAtMax = 10_000;

/**
 * Operations of ended runs of which nobody knows what became, those of the newest runs first. A page ends with a run.
 * @throws OperatorError `run_not_found` for an `after` that the ledger does not have
 */
export async function uncertainOperations(
  runs: Runs,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): Promise<DeadOperations> {
  const letters: DeadLetter[] = [];
  let looked = 0;
  for (let next = after; ; ) {
    const page = await deadOperations(runs, { limit, after: next });
    letters.push(...page.letters.filter(({ state }) => state === 'uncertain'));
    looked += page.letters.length;
    next = page.next;
    // A page that found nothing has read as much of the ledger as one look may.
    const isEnough = letters.length >= limit || looked >= lookedAtMax || page.letters.length === 0;
    if (next === undefined || isEnough) return { letters, next };
  }
}

/** An uncertain operation, whole. */
export interface Subject {
  readonly record: RunRecord;
  readonly one: OperationRecord;
  readonly operation: Operation;
}

/**
 * @throws OperatorError `operation_not_found`, `not_uncertain` with what it is instead; AuthorityError `plan_not_shown` where it cannot
 * be read here
 */
export function uncertainOperation(record: RunRecord, operationId: string): Subject {
  const { runId, operations, run, plan } = record;
  const one = operations.find(({ id }) => id === operationId);
  if (one === undefined) {
    // Without the plan, only the operations of which anything was said are known.
    if (run.planned !== undefined && plan === undefined)
      throw notShown(runId, 'its plan cannot be read on this machine');
    throw new OperatorError('operation_not_found', `${runId} has no operation ${operationId}`, {
      next: `See marketops show ${runId}.`,
    });
  }
  const { phase, reconciled } = one.state;
  if (phase !== 'uncertain') {
    const known = reconciled === undefined ? '' : `, as was found out at ${reconciled.time}`;
    throw notUncertain(`the operation ${operationId} is not uncertain: it is ${phase}${known}`, runId);
  }
  if (one.operation === undefined)
    throw notShown(runId, `its operation ${operationId} cannot be read on this machine`);
  return { record, one, operation: one.operation };
}

const notUncertain = (message: string, runId: string): OperatorError =>
  new OperatorError('not_uncertain', message, { next: `See marketops show ${runId}.` });
