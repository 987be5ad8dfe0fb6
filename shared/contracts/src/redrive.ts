import { coversOperation, type OperationSet } from './approval.js';
import { isTerminal, type OperationState, redrivablePhases } from './operation-state.js';
import type { PlannedOperation, PublicationPlan, Reason } from './plan.js';
import type { RunState } from './run-state.js';

/** Which operations of an order to redrive can be, and why not those that cannot. Both in the order of the plan. */
export interface Redrivable {
  readonly eligible: readonly string[];
  readonly refused: ReadonlyMap<string, Reason>;
}

/** Why nothing of a run can be redriven, whatever its operations say; undefined where something may be. */
export function runRedriveFault({ status, mode, cancelRequested, planned }: RunState): Reason | undefined {
  if (status === 'rejected')
    return reason('run_rejected', 'The run was rejected: it has no plan.', 'Submit the corrected plan.');
  if (planned === undefined)
    return reason('run_not_planned', 'The run has no plan yet.', 'Wait until it is planned.');
  if (mode !== 'prod')
    return reason(
      'dry_run',
      'It is a dry run: nothing of it ever ships.',
      'Ask for it in mode prod: marketops retry --mode prod.',
    );
  if (cancelRequested !== undefined)
    return reason(
      'run_cancelled',
      `${cancelRequested.data.principal} cancelled the run: ${cancelRequested.data.reason}`.slice(0, 1_000),
      'Ask for all of it again, as a new run: marketops retry.',
    );
  return undefined;
}

/**
 * What of the operations of an ended run, or of one that an order has just opened, can be redriven. One that waits for another goes along only where that one has succeeded
 * or is redriven with it: it would be skipped again at once. Pure.
 * @param asked those named, or `all`: then only what has not succeeded is told of
 */
export function redrivable(
  plan: PublicationPlan,
  operations: ReadonlyMap<string, OperationState>,
  asked: OperationSet,
): Redrivable {
  const covered = plan.operations.filter(({ operation_id: id }) => coversOperation(asked, id));
  const refused = new Map<string, Reason>();
  for (const item of covered) {
    const fault = operationFault(item, operations.get(item.operation_id));
    if (fault !== undefined) refused.set(item.operation_id, fault);
  }
  const eligible = new Set(covered.map(({ operation_id: id }) => id).filter((id) => !refused.has(id)));
  const isLost = (id: string): boolean => operations.get(id)?.phase !== 'succeeded' && !eligible.has(id);
  // As often as something changes: what is refused takes along whatever waits for it, wherever the plan has it.
  for (let changed = true; changed; ) {
    changed = false;
    for (const { operation_id: id, depends_on } of covered) {
      const lost = eligible.has(id) ? depends_on.find(isLost) : undefined;
      if (lost === undefined) continue;
      eligible.delete(id);
      refused.set(id, dependencyLost(lost, operations.get(lost)));
      changed = true;
    }
  }
  const told = covered.flatMap(({ operation_id: id }) => {
    const why = refused.get(id);
    const isNoNews = asked === 'all' && why?.code === 'already_succeeded';
    return why === undefined || isNoNews ? [] : [[id, why] as const];
  });
  return { eligible: [...eligible], refused: new Map(told) };
}

function operationFault(item: PlannedOperation, state: OperationState | undefined): Reason | undefined {
  if (state === undefined || !(isTerminal(state) || redrivablePhases.has(state.phase)))
    return reason(
      'operation_open',
      `It is ${state?.phase ?? 'unknown'}: it may still end by itself.`,
      'Wait for the end of the run.',
    );
  if (state.phase === 'succeeded')
    return reason('already_succeeded', 'It has succeeded: its effect is there.', 'Nothing to do.');
  if (state.phase === 'uncertain')
    return reason(
      'operation_uncertain',
      'Nobody knows whether its effect happened.',
      'Find out first: marketops reconcile.',
    );
  if (item.operation_digest === null || !item.would_ship)
    return reason(
      'prerequisite_missing',
      'A prerequisite was missing when it was planned, so there is nothing whole to authorize.',
      'See to what is missing, then have it planned anew: marketops retry.',
    );
  if (redrivablePhases.has(state.phase)) return undefined;
  return reason('operation_open', `It is ${state.phase}.`, 'Wait for the end of the run.');
}

const dependencyLost = (id: string, state: OperationState | undefined): Reason =>
  reason(
    'dependency_not_succeeded',
    `It waits for ${id}, which is ${state?.phase ?? 'unknown'} and not redriven with it.`,
    `Redrive ${id} along with it, where that can be.`,
  );

const reason = (code: string, message: string, remedy: string): Reason => ({ code, message, remedy });
