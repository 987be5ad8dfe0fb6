import {
  type EventOf,
  foldOperation,
  type MarketOpsEvent,
  type OperatorCommand,
  operationStream,
} from '@marketops/contracts';
import { reconcileJob } from '@marketops/engine';
import { type Carriage, carryOne } from '../carrying/carrier.js';
import { CliError } from '../errors.js';
import type { Subject } from './uncertain.js';

/**
 * Carries an order to reconcile to its operation, and wakes the publisher of its account.
 * @returns the event as it stands, acknowledged by the ledger
 * @throws CliError `not_uncertain` where it has been found out meanwhile; what the carrier throws
 */
export async function orderReconcile(
  the: Carriage,
  { record: { runId, run }, one: { id: operationId, state }, operation }: Subject,
  command: OperatorCommand,
): Promise<EventOf<'reconcile.requested'> & MarketOpsEvent> {
  const carried = await carryOne(the, {
    stream: operationStream(runId, operationId),
    context: {
      ...{ tenantId: run.tenantId, runId, mode: run.mode, correlationId: runId },
      causationId: state.outcome?.id ?? null,
    },
    events: (standing) => {
      const { phase } = foldOperation(standing);
      if (phase !== 'uncertain')
        throw new CliError('not_uncertain', `the operation ${operationId} is ${phase} by now`, {
          next: `See marketops show ${runId}.`,
        });
      return [{ type: 'reconcile.requested', data: { operation_id: operationId, command } }];
    },
    jobs: [reconcileJob(operation.repository.owner, command, { runId, operationId })],
  });
  if (carried.type !== 'reconcile.requested') throw new TypeError('an append of another event');
  return carried;
}
