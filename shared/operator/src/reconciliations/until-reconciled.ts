import {
  type EventOf,
  type MarketOpsEvent,
  type OperatorCommand,
  operationStream,
} from '@marketops/contracts';
import { reconcileJob, systemClock } from '@marketops/engine';
import { OperatorError } from '../errors.js';
import type { Live } from '../system/live.js';
import type { Subject } from './uncertain.js';

const lookAgainMs = 200;

/**
 * Waits until the publisher has answered an order.
 * @throws OperatorError `reconcile_refused` where it ended the order's job without an answer, `timed_out`
 */
export async function untilReconciled(
  live: Live,
  { record: { runId }, one: { id: operationId }, operation }: Subject,
  command: OperatorCommand,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<EventOf<'operation.reconciled'> & MarketOpsEvent> {
  const stream = operationStream(runId, operationId);
  const { queue, jobId } = reconcileJob(operation.repository.owner, command, { runId, operationId });
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    // Before the stream: what ended the job stands there already.
    const job = await live.queue(queue).getJob(jobId ?? '');
    const refusal = job !== undefined && (await job.isFailed()) ? job.failedReason : undefined;
    const [view] = await live.reader.read([stream]);
    for (const event of view?.events ?? [])
      if (event.type === 'operation.reconciled' && event.data.command.command_id === command.command_id)
        return event;
    if (refusal !== undefined)
      throw new OperatorError('reconcile_refused', `the publisher did not reconcile it: ${refusal}`, {
        next: 'Do as the message says, then sign a new order: marketops reconcile.',
      });
    if (Date.now() >= deadlineMs)
      throw new OperatorError('timed_out', `the publisher has not answered within ${timeoutMs / 1_000} s`, {
        next: `It may still: marketops timeline ${runId}. The order counts for five minutes.`,
      });
    await systemClock.sleep(lookAgainMs, signal);
  }
}
