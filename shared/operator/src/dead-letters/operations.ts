import {
  type EventOf,
  foldRun,
  type OperationState,
  type Reason,
  redrivable,
  runRedriveFault,
  runStream,
} from '@marketops/contracts';
import { StoreError } from '@marketops/store';
import { findInNewestRuns } from '../ledger/newest-runs.js';
import type { OperationRecord, RunRecord } from '../runs/run-record.js';
import type { Runs } from '../runs/runs.js';
import type { DeadLetter } from './dead-letter.js';

export interface DeadOperations {
  readonly letters: readonly DeadLetter[];
  /** The run to go on after; undefined where there are no older ones. */
  readonly next: string | undefined;
}

/**
 * Operations of ended runs that failed, were refused, are uncertain or were left planned, those of the newest runs first. A page ends with a run:
 * it may have a few more than was asked for.
 * @param after the run that the page before ended with
 * @throws OperatorError `run_not_found` for an `after` that the ledger does not have
 */
export async function deadOperations(
  runs: Runs,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<DeadOperations> {
  const { found, next } = await findInNewestRuns(runs.ledger?.index, page, async function* (recent) {
    // Dry runs have no effects that could fail.
    const prod = recent.filter(({ mode }) => mode === 'prod').map(({ runId }) => runId);
    const suspects = await withFailures(runs, prod);
    for (const runId of prod)
      if (suspects.has(runId)) yield [runId, lettersOf(await runs.read(runId))] as const;
  });
  return { letters: found, next };
}

/**
 * The runs whose own word at their end counts failures, and those that were opened again after one, where that word need not
 * know how their operations were left: their streams in Redis tell it in a round trip for all. What is not
 * there, or cannot be read there, is looked at as the ledger has it.
 */
async function withFailures(runs: Runs, runIds: readonly string[]): Promise<ReadonlySet<string>> {
  const views = await runs.live?.reader.read(runIds.map(runStream)).catch((fault: unknown) => {
    if (fault instanceof StoreError) return undefined;
    throw fault;
  });
  if (views === undefined) return new Set(runIds);
  return new Set(
    runIds.filter((_, at) => {
      const events = views[at]?.events ?? [];
      const { status, completed, redriveOrders } = foldRun(events);
      if (events.length === 0) return true;
      const failures = (completed?.data.failed ?? 0) + (completed?.data.uncertain ?? 0);
      return status === 'completed' && (failures > 0 || redriveOrders.length > 0);
    }),
  );
}

function lettersOf(record: RunRecord): DeadLetter[] {
  const { runId, run, plan, operations } = record;
  if (run.status !== 'completed') return [];
  const states = new Map<string, OperationState>(operations.map(({ id, state }) => [id, state]));
  const fault = runRedriveFault(run);
  const { eligible, refused } =
    plan === undefined || fault !== undefined
      ? { eligible: [], refused: new Map<string, Reason>() }
      : redrivable(plan, states, 'all');
  return operations.flatMap((one): DeadLetter[] => {
    const { phase } = one.state;
    const end = endOf(one.state);
    if (end === undefined) return [];
    const help = helpFor(runId, one, { isEligible: eligible.includes(one.id), refused: refused.get(one.id) });
    return [
      {
        kind: 'operation',
        subject: `${runId}/${one.id}`,
        runId,
        operationId: one.id,
        state: phase,
        ...end,
        help,
        hint: null,
      },
    ];
  });
}

const deadPhases: ReadonlySet<string> = new Set(['failed', 'refused', 'uncertain']);

/** How it came to lie there; undefined where it does not. */
function endOf(state: OperationState): Pick<DeadLetter, 'since' | 'why'> | undefined {
  const { phase, outcome, reconciled, redriven, planned } = state;
  if (phase === 'planned') return { since: (redriven ?? planned)?.time ?? null, why: leftPlanned };
  if (outcome === undefined || !deadPhases.has(phase)) return undefined;
  return reconciled === undefined
    ? { since: outcome.time, why: whyOf(outcome) }
    : { since: reconciled.time, why: absentSince(reconciled) };
}

/** No run ends over it any more; one that did waits for the next order. */
const leftPlanned: DeadLetter['why'] = {
  code: 'left_planned',
  message: 'Its run ended while it was open again: nothing happens to it by itself.',
};

function whyOf(outcome: NonNullable<OperationState['outcome']>): DeadLetter['why'] {
  if (outcome.type === 'operation.refused' || outcome.type === 'operation.uncertain')
    return outcome.data.reason;
  const { error_code: code, error_message: message } = (
    outcome satisfies EventOf<'operation.succeeded' | 'operation.failed'>
  ).data.audit;
  return { code: code ?? 'unknown', message: message ?? 'no reason was given' };
}

/** What was uncertain was found not to be there. */
const absentSince = ({ data }: EventOf<'operation.reconciled'>): DeadLetter['why'] => ({
  code: data.audit.error_code ?? 'effect_absent',
  message: data.audit.error_message ?? `${data.command.principal} found no effect`,
});

function helpFor(
  runId: string,
  { id, state }: OperationRecord,
  { isEligible, refused }: { readonly isEligible: boolean; readonly refused: Reason | undefined },
): string {
  if (state.phase === 'uncertain') return `marketops reconcile ${runId} ${id} --reason …`;
  if (isEligible) return `marketops redrive ${runId} ${id} --reason …`;
  // It waits for another that did not succeed either: what helps that one helps both.
  if (refused?.code === 'dependency_not_succeeded') return `marketops show ${runId}`;
  return `marketops retry ${runId}`;
}
