import { type OperatorCommand, operationStream } from '@marketops/contracts';
import { queueNames, revokeJob, systemClock } from '@marketops/engine';
import { OperatorError } from '../errors.js';
import type { Live } from '../system/live.js';
import { lifecyclesOf, type ReceiptLifecycle } from './receipts-lifecycle.js';

const lookAgainMs = 200;

/**
 * Waits until the receipt an order names, or what has replaced it since, is no longer live: revoked, or used before the order
 * came.
 * @throws OperatorError `revocation_refused` where federation ended the job without revoking, `timed_out`
 */
export async function untilEnded(
  live: Live,
  command: OperatorCommand,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ReceiptLifecycle> {
  const { action } = command;
  if (action.kind !== 'revoke_receipt') throw new TypeError(`no order to revoke: ${action.kind}`);
  const stream = operationStream(action.run_id, action.operation_id);
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    // Before the stream: what ended the job stands there already.
    const refused = await refusalOf(live, command);
    const [view] = await live.reader.read([stream]);
    const events = (view?.events ?? []).map((event) => ({ event, sequence: undefined }));
    const lifecycle = reached(
      lifecyclesOf({ events }, { ms: Date.now(), epoch: undefined }),
      action.receipt_id,
    );
    if (lifecycle !== undefined && lifecycle.state !== 'issued') return lifecycle;
    if (refused !== undefined) {
      throw new OperatorError('revocation_refused', `federation did not revoke it: ${refused}`, {
        next: 'See marketops receipt show for what stands. The order counts for five minutes; sign a new one.',
      });
    }
    if (Date.now() >= deadlineMs) {
      throw new OperatorError('timed_out', `federation has not answered within ${timeoutMs / 1_000} s`, {
        next: `It may still: marketops receipt show ${action.receipt_id}. To stop everything at once: marketops freeze.`,
      });
    }
    await systemClock.sleep(lookAgainMs, signal);
  }
}

/** The receipt that an order reaches: the one it names, or what a renewal has put in its place since. */
export function reached(all: readonly ReceiptLifecycle[], receiptId: string): ReceiptLifecycle | undefined {
  let found = all.find(({ receipt }) => receipt.receipt_id === receiptId);
  // They stand in the order of their issuance, and only a later one replaces an earlier.
  for (const one of all)
    if (found?.state === 'superseded' && one.receipt.supersedes === found.receipt.receipt_id) found = one;
  return found;
}

/** Why federation ended the job; undefined where it has not. */
async function refusalOf(live: Live, command: OperatorCommand): Promise<string | undefined> {
  const job = await live.queue(queueNames.authorizations).getJob(revokeJob(command).jobId ?? '');
  return job !== undefined && (await job.isFailed()) ? job.failedReason : undefined;
}
