import {
  type Operation,
  type OperatorAction,
  type OperatorCommand,
  operationStream,
  type Receipt,
} from '@marketops/contracts';
import type { IncomingJob } from '@marketops/engine';
import { auditOf } from '../audit.js';
import { rulesFor, runId, sharedAuthority, startedEvent } from './gate-fixture.js';
import type { World } from './world.js';

type Said = Extract<OperatorAction, { kind: 'reconcile' }>['found'];

/** An operation that was started, and of which nobody knows what became; so long ago that no request is under way. */
export async function becomeUncertain(world: World, operation: Operation): Promise<Receipt> {
  const receipt = await world.authorize(operation);
  const stream = operationStream(receipt.run_id, receipt.operation_id);
  const at = new Date(world.clock.nowMs()).toISOString();
  const audited = { operation, receipt, startedAt: at, completedAt: at, retries: 3 };
  const reason = { code: 'recovery_failed', message: 'Nobody could look.', remedy: 'Look.' };
  const audit = auditOf(audited, 'failed', null, reason);
  await world.append('publisher', stream, [
    startedEvent(receipt),
    { type: 'operation.uncertain', data: { execution_id: '01JD0000000000000000000009', audit, reason } },
  ]);
  world.clock.step(60_000);
  return receipt;
}

export const orderToReconcile = (
  world: World,
  operationId: string,
  found: Said = 'look',
  changes: Partial<Extract<OperatorAction, { kind: 'reconcile' }>> = {},
): OperatorCommand =>
  sharedAuthority.order(
    'operator',
    { kind: 'reconcile', run_id: runId, operation_id: operationId, found, ...changes },
    rulesFor(sharedAuthority).audience,
    world.clock.nowMs(),
  );

/** Carries an order to its operation, as the command does. */
export const carry = (world: World, operationId: string, command: OperatorCommand): Promise<void> =>
  world.append('console', operationStream(runId, operationId), [
    { type: 'reconcile.requested', data: { operation_id: operationId, command } },
  ]);

export const reconcileJobFor = (
  operationId: string,
  { data = {}, ...changes }: Partial<Omit<IncomingJob, 'data'>> & { readonly data?: object } = {},
): IncomingJob => ({
  ...{ id: 'reconcile-1', name: 'reconcile', queue: '{publications-acme}', addedAtMs: 0 },
  ...{ attempt: 1, lastAttempt: false, signal: new AbortController().signal },
  data: { run_id: runId, operation_id: operationId, ...data },
  ...changes,
});
