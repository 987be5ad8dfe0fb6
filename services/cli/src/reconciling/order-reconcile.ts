import {
  type EventOf,
  foldOperation,
  type MarketOpsEvent,
  type OperatorCommand,
  operationStream,
} from '@marketops/contracts';
import { type LoadedConfig, reconcileJob } from '@marketops/engine';
import { openCarrier } from '../carrying/carrier.js';
import { CliError } from '../errors.js';
import type { Live } from '../reading/live.js';
import type { Subject } from './uncertain.js';

/**
 * Carries an order to reconcile to its operation, and wakes the publisher of its account.
 * @returns the event as it stands, acknowledged by the ledger
 * @throws CliError `not_uncertain` where it has been found out meanwhile; what the carrier throws
 */
export async function orderReconcile(
  the: { readonly loaded: LoadedConfig; readonly env: NodeJS.ProcessEnv; readonly live: Live },
  { record: { runId, run }, one: { id: operationId, state }, operation }: Subject,
  command: OperatorCommand,
): Promise<EventOf<'reconcile.requested'> & MarketOpsEvent> {
  const carrier = openCarrier(the.loaded, the.env, the.live);
  try {
    const [carried] = await carrier.carry({
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
    if (carried?.type !== 'reconcile.requested') throw new TypeError('an append without its event');
    await carrier.untilAcknowledged(carried);
    return carried;
  } finally {
    await carrier.close();
  }
}
