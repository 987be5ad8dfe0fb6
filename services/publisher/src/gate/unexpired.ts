import { limits, type Receipt } from '@marketops/contracts';
import { type Answer, hold, notAsked, pass, refuse } from './answer.js';
import type { GateContext } from './context.js';

/** Beyond this distance from the store's clock nobody knows whose is wrong, so nothing is decided by time. */
const clockSkewHoldMs = 5_000;
/** The code of the refusal after which federation records the expiry, and mints anew while the authorization lasts. */
export const receiptExpired = 'receipt_expired';

/**
 * Check 10: not expired, and not from the future beyond 30 s of skew (law P5). Expiry has no grace: the skew is given to
 * what has just been minted, never to what has run out.
 */
export function checkUnexpired({ receipt, now, clockSkewMs, resuming }: GateContext): Answer {
  if (receipt === undefined) return notAsked;
  // On a resumption too: leases are compared by time.
  if (Math.abs(clockSkewMs) > clockSkewHoldMs) {
    return hold(
      'clock_skew',
      `This machine's clock and the store's differ by ${Math.round(Math.abs(clockSkewMs))} ms.`,
      'Synchronise the clocks (NTP). Work goes on by itself.',
    );
  }
  return resuming ? pass : checkTimes(receipt, Date.parse(now));
}

function checkTimes(receipt: Receipt, nowMs: number): Answer {
  if (nowMs >= Date.parse(receipt.expires_at)) {
    return refuse(
      receiptExpired,
      `The receipt expired at ${receipt.expires_at}.`,
      'Nothing to do while the authorization lasts: federation mints anew. Then submit the plan again.',
    );
  }
  const latest = nowMs + limits.clockSkewMsMax;
  if (Date.parse(receipt.not_before) > latest || Date.parse(receipt.issued_at) > latest) {
    return refuse(
      'receipt_from_future',
      `The receipt is valid from ${receipt.not_before} on, issued at ${receipt.issued_at}.`,
      'Compare the clocks of federation and publisher; then submit the plan again.',
    );
  }
  return pass;
}
