import type { EventOf } from '@marketops/contracts';
import { type OrderTrust, whyNoOrder } from './orders.js';

/**
 * Why an order to erase does not count. A carrier says it is one; only the operator's signature makes it one, for this run. It
 * counts whenever it is obeyed, if it did when it was said: what somebody ordered in time stays ordered. Pure.
 * @returns for a person to read; undefined where it counts
 */
export function erasureFault(
  trust: OrderTrust,
  { time, data: { run_id, principal, command } }: EventOf<'blob.erased'>,
): string | undefined {
  const { action } = command;
  if (action.kind !== 'erase') return 'the order is not one to erase';
  if (action.run_id !== run_id) return 'the order is for another run';
  if (command.principal !== principal) return 'the order is somebody else’s';
  return whyNoOrder(trust, command, time);
}
