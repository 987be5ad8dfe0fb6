import { type Dated, isCurrent } from '@marketops/contracts';

/** What somebody outside signs counts for this long at most, whatever it says: 7 days. */
const statementMsMax = 7 * 24 * 3_600_000;

/** Why a signed statement does not count now, for a person to read; undefined where it does. */
export function timeFault(dated: Dated, nowMs: number): string | undefined {
  if (isCurrent(dated, nowMs, statementMsMax)) return undefined;
  if (Date.parse(dated.expires_at) <= nowMs) return `it expired at ${dated.expires_at}`;
  return 'it is valid for too long, or never';
}
