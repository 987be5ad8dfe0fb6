import { limits } from '@marketops/contracts';

/** What somebody outside signs counts for this long at most, whatever it says: 7 days. */
export const statementMsMax = 7 * 24 * 3_600_000;

interface Dated {
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

/** Why a signed statement does not count now, for a person to read; undefined where it does. */
export function timeFault(dated: Dated, nowMs: number): string | undefined {
  if (isCurrent(dated, nowMs, statementMsMax)) return undefined;
  if (Date.parse(dated.expires_at) <= nowMs) return `it expired at ${dated.expires_at}`;
  return 'it is valid for too long, or never';
}
