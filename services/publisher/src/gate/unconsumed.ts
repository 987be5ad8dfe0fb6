import { type Answer, notAsked, pass, refuse } from './answer.js';
import type { GateContext } from './context.js';

/**
 * Check 9: not consumed, not revoked, not superseded (laws P4, R3). `operation.started` is the consumption; there is no
 * other spent set that could be evicted or restored. A later attempt of the job that started it is the one exception.
 */
export function checkUnconsumed({ receipt, stream, resuming }: GateContext): Answer {
  if (receipt === undefined || stream === null) return notAsked;
  if (resuming) return pass;
  const { started, issued, receipts, revoked, redriven, phase } = stream.state;
  if (started !== undefined) {
    return refuse(
      'receipt_consumed',
      `The operation was started with ${started.data.receipt_id} at ${started.time}; a receipt is used once.`,
      'Nothing to do: the operation has its execution. To ship again, submit a new plan.',
    );
  }
  const { receipt_id } = receipt;
  // One that was never issued here is no earlier one either; check 12 refuses it.
  if (!receipts.some((one) => one.receipt_id === receipt_id)) return pass;
  if (revoked?.data.receipt_id === receipt_id) {
    return refuse(
      'receipt_revoked',
      `The receipt was revoked at ${revoked.time}: ${revoked.data.reason.message}`,
      'Do not act on it. To ship after all, submit a new plan.',
    );
  }
  // Whatever a receipt of before a redrive was worth then: the operation is tried again on a new one, or not at all.
  if (redriven !== undefined && issued === undefined) {
    return refuse(
      'receipt_superseded',
      `The operation was redriven at ${redriven.time}: no receipt of before counts any more.`,
      'Nothing to do: federation decides anew whether it may be tried again.',
    );
  }
  // Only the stream’s latest can be live (law R3), whatever has become of that one.
  if (issued?.data.receipt.receipt_id !== receipt_id) {
    return refuse(
      'receipt_superseded',
      'The receipt has been superseded: the operation’s latest is another one.',
      'Nothing to do: federation has enqueued the live receipt.',
    );
  }
  if (phase !== 'authorized') {
    return refuse(
      'receipt_not_live',
      `The operation is ${phase}; its receipt is no longer live.`,
      'Look at the run: it says why. To ship, submit a new plan.',
    );
  }
  return pass;
}
