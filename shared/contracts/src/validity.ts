import { limits } from './limits.js';

/** What is signed for a while. */
export interface Dated {
  readonly issued_at: string;
  readonly expires_at: string;
}

/** Signed by now, allowing for two clocks that differ by 30 s. */
export const isSignedBy = ({ issued_at }: Dated, nowMs: number): boolean =>
  Date.parse(issued_at) <= nowMs + limits.clockSkewMsMax;

/** Signed, not expired (no skew is given to what has run out), and never meant to count for longer than it may. */
export function isCurrent(dated: Dated, nowMs: number, lifetimeMsMax: number): boolean {
  const [fromMs, untilMs] = [Date.parse(dated.issued_at), Date.parse(dated.expires_at)];
  return isSignedBy(dated, nowMs) && untilMs > nowMs && untilMs > fromMs && untilMs - fromMs <= lifetimeMsMax;
}
