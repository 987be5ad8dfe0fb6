import type { EventOf, MarketOpsEvent, OperationState } from '@marketops/contracts';
import { isoTime, type OrderTrust, whyNoOrder } from '@marketops/engine';

type Requested = EventOf<'reconcile.requested'>;

/** Which operation is meant. */
export interface OperationRef {
  readonly runId: string;
  readonly operationId: string;
}

/** What clocks may differ by where the order was signed. */
const skewMs = 30_000;

/**
 * Why an order to reconcile does not count now; undefined where it does. A carrier says that it is one; only the operator's
 * signature makes it one, for this operation as it stands now, once, and for as long as it says. Pure.
 * @param events the operation's stream, verified
 */
export function reconcileFault(
  trust: OrderTrust,
  ref: OperationRef,
  { state, events }: { readonly state: OperationState; readonly events: readonly MarketOpsEvent[] },
  { seq, data: { command } }: Requested,
  nowMs: number,
): string | undefined {
  const { action, command_id } = command;
  if (action.kind !== 'reconcile') return 'the order is not one to reconcile';
  if (action.run_id !== ref.runId || action.operation_id !== ref.operationId)
    return 'the order is for another operation';
  const { outcome } = state;
  const isOlder =
    outcome === undefined ||
    seq < outcome.seq ||
    Date.parse(command.issued_at) + skewMs < Date.parse(outcome.time);
  if (isOlder) return 'the order is older than the outcome it is about';
  if (events.some((event) => event.seq < seq && commandIdOf(event) === command_id))
    return 'the order has been used';
  // The carrier chooses the event's time; the publisher's own clock says whether the order still counts.
  return whyNoOrder(trust, command, isoTime(nowMs));
}

function commandIdOf(event: MarketOpsEvent): string | undefined {
  const isOrder = event.type === 'reconcile.requested' || event.type === 'operation.reconciled';
  return isOrder ? event.data.command.command_id : undefined;
}
