import { limits } from '@marketops/contracts';
import { type Answer, notAsked, pass, refuse } from './answer.js';
import type { GateContext } from './context.js';

/**
 * Check 11: younger than 24 h, and never meant to live longer (law P1). It stands beside check 10 because a mint that is
 * wrong, or turned, could write any expiry.
 */
export function checkFresh({ receipt, now, resuming }: GateContext): Answer {
  if (receipt === undefined) return notAsked;
  if (resuming) return pass;
  const issuedAtMs = Date.parse(receipt.issued_at);
  const validFromMs = Math.min(issuedAtMs, Date.parse(receipt.not_before));
  if (Date.parse(receipt.expires_at) - validFromMs > limits.receiptTtlMsMax) {
    return stale(
      `The receipt is valid until ${receipt.expires_at}: longer than 24 h from ${receipt.issued_at}.`,
    );
  }
  if (Date.parse(now) - issuedAtMs >= limits.receiptTtlMsMax) {
    return stale(`The receipt was issued at ${receipt.issued_at}, 24 h ago or more.`);
  }
  return pass;
}

const stale = (message: string): Answer =>
  refuse('receipt_stale', message, 'Submit the plan again; an authorization lasts 24 h at most.');
