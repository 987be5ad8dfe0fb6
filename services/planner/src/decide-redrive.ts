import {
  initialOperation,
  operationStream,
  redrivable,
  runRedriveFault,
  runStream,
  standingOf,
} from '@marketops/contracts';
import type { Decision, QueueTuning } from '@marketops/engine/deciding';
import { authorizationJobs } from './authorization-jobs.js';
import type { RunView } from './decide-run.js';
import type { JudgedOrder } from './redrive-order.js';

/**
 * What an order to redrive leads to: every operation it covers that can be is planned again, without authority, in one append,
 * so that the order is obeyed whole and once. The run's own stream is in it too: an order is obeyed in the run as it was judged,
 * which has not ended since, and nobody who judged otherwise ends it over what is open. Pure.
 * @returns undefined where there is nothing to redrive: the run, which the order opened, then ends as it stood
 */
export function decideRedrive(
  view: RunView,
  { event, fault }: JudgedOrder,
  nowMs: number,
  tuning: QueueTuning,
): Decision | undefined {
  const { runId, run, plan, operations } = view;
  const { action, command_id, reason } = event.data.command;
  if (fault !== undefined || plan === null || action.kind !== 'redrive') return undefined;
  if (runRedriveFault(run) !== undefined) return undefined;
  const { eligible } = redrivable(plan, operations, action.operations);
  if (eligible.length === 0) return undefined;
  const taken = {
    stream: runStream(runId),
    ...standingOf(run),
    events: [{ type: 'redrive.taken' as const, data: { command_id, operations: eligible.length } }],
  };
  const opened = eligible.map((id) => {
    const state = operations.get(id);
    const data = {
      operation_id: id,
      command_id,
      previous_receipt_id: state?.receipts.at(-1)?.receipt_id ?? null,
      reason,
    };
    return {
      stream: operationStream(runId, id),
      ...standingOf(state ?? initialOperation),
      events: [{ type: 'operation.redriven' as const, data }],
    };
  });
  const isOpen = new Set(eligible);
  const free = plan.operations.filter(
    ({ operation_id: id, depends_on }) => isOpen.has(id) && !depends_on.some((one) => isOpen.has(one)),
  );
  return {
    context: {
      tenantId: run.tenantId,
      runId,
      mode: run.mode,
      causationId: event.id,
      correlationId: runId,
    },
    streams: [taken, ...opened],
    jobs: authorizationJobs(
      runId,
      `redriven-${command_id}`,
      free.map(({ operation_id: id }) => id),
    ),
    deadline: { runId, atMs: nowMs + tuning.runDeadlineMs },
  };
}
