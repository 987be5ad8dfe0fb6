import { coversOperation, type OperationState, type Reason } from '@marketops/contracts';
import { type OrderTrust, whyNoOrder } from '@marketops/engine/deciding';
import { reason } from './reason.js';
import type { AuthorizationView } from './view.js';

/**
 * Why an operation that the planner says was redriven gets no new authority: nobody ordered it. The planner alone opens nothing
 * that has ended (law F4), nor twice on one order: not again in the same operation, and not on one that stood in the run before.
 * Empty for an operation that was never redriven.
 */
export function redriveFaults(
  trust: OrderTrust,
  { runId, run }: Pick<AuthorizationView, 'runId' | 'run'>,
  operationId: string,
  { redriven, redriveCommandIds }: Pick<OperationState, 'redriven' | 'redriveCommandIds'>,
): readonly Reason[] {
  if (redriven === undefined) return [];
  const order = run.redriven;
  const command = order?.data.command;
  const action = command?.action;
  const isFor =
    command?.command_id === redriven.data.command_id &&
    action?.kind === 'redrive' &&
    action.run_id === runId &&
    coversOperation(action.operations, operationId);
  if (!isFor || order === undefined) return [notOrdered('no order to redrive covers it')];
  const id = redriven.data.command_id;
  const isUsed =
    redriveCommandIds.filter((one) => one === id).length > 1 ||
    run.redriveOrders.some(({ seq, data }) => seq < order.seq && data.command.command_id === id);
  if (isUsed) return [notOrdered('the order has been used')];
  // As of when it was given: what waits for another operation, or for people, is authorized long after the order has run out.
  const why = whyNoOrder(trust, order.data.command, order.time);
  return why === undefined ? [] : [notOrdered(why)];
}

const notOrdered = (why: string): Reason =>
  reason(
    'redrive_not_ordered',
    `It was redriven, and that does not count: ${why}.`,
    'Have an operator order it: marketops redrive.',
  );
