import {
  type EventOf,
  foldOperation,
  type MarketOpsEvent,
  type OperatorCommand,
  operationStream,
} from '@marketops/contracts';
import { isoTime, reconcileJob } from '@marketops/engine';
import { OperatorError } from '../errors.js';
import { orderTrust } from '../freezes/order-trust.js';
import { type Carriage, carryOne } from '../orders/carrier.js';
import { refuseForeignOrder } from '../orders/foreign-order.js';
import type { Subject } from './uncertain.js';

/**
 * Carries an order to reconcile to its operation, and wakes the publisher of its account.
 * @returns the event as it stands, acknowledged by the ledger
 * @throws OperatorError `not_uncertain` where it has been found out meanwhile; AuthorityError as `refuseForeignOrder`; what the carrier throws
 */
export async function orderReconcile(
  the: Carriage,
  { record: { runId, run }, one: { id: operationId, state }, operation }: Subject,
  command: OperatorCommand,
): Promise<EventOf<'reconcile.requested'> & MarketOpsEvent> {
  refuseForeignOrder(
    orderTrust(the.loaded, the.env, the.live),
    command,
    { kind: 'reconcile', run_id: runId, operation_id: operationId },
    isoTime(Date.now()),
  );
  const carried = await carryOne(the, {
    stream: operationStream(runId, operationId),
    context: {
      ...{ tenantId: run.tenantId, runId, mode: run.mode, correlationId: runId },
      causationId: state.outcome?.id ?? null,
    },
    events: (standing) => {
      const { phase } = foldOperation(standing);
      if (phase !== 'uncertain')
        throw new OperatorError('not_uncertain', `the operation ${operationId} is ${phase} by now`, {
          next: `See marketops show ${runId}.`,
        });
      return [{ type: 'reconcile.requested', data: { operation_id: operationId, command } }];
    },
    jobs: [reconcileJob(operation.repository.owner, command, { runId, operationId })],
  });
  if (carried.type !== 'reconcile.requested') throw new TypeError('an append of another event');
  return carried;
}
