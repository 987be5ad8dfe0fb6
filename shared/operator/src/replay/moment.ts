import { OperatorError } from '../errors.js';
import type { Until } from './source/filter.js';

const unitsMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const durationForm = /^(\d{1,9})(s|m|h|d|w)$/;
const timeForm = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/;

/**
 * A time as it was typed: `2026-01-31`, `2026-01-31T12:00Z`, or how long ago it is (`90s`, `15m`, `2h`, `7d`, `1w`).
 * @returns as events have it: UTC with milliseconds
 * @throws OperatorError `usage_invalid`
 */
export function parseTime(option: string, text: string, nowMs: number): string {
  const [, count, unit = ''] = durationForm.exec(text) ?? [];
  const ms = count === undefined ? isoMs(text) : nowMs - Number(count) * (unitsMs[unit] ?? 0);
  // Years of more than four digits would not compare as text.
  if (Number.isFinite(ms) && ms >= 0 && ms < Date.UTC(9_999, 0)) return new Date(ms).toISOString();
  throw new OperatorError('usage_invalid', `${option} is neither a time nor a duration`, {
    next: 'Write it in UTC (2026-01-31T12:00Z, or 2026-01-31 for its midnight), or how long ago it is: 90s, 15m, 2h, 7d.',
  });
}

/** A time that exists: 31 February rolls over where nobody looks. */
function isoMs(text: string): number {
  if (!timeForm.test(text)) return Number.NaN;
  const ms = Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 10)) ? ms : Number.NaN;
}

/** Up to an entry of the ledger, or up to a time. @throws OperatorError `usage_invalid` */
export function parseUntil(text: string, nowMs: number): Until {
  if (!/^\d+$/.test(text)) return { by: 'time', time: parseTime('--until', text, nowMs) };
  const sequence = Number(text);
  if (Number.isSafeInteger(sequence) && sequence >= 1) return { by: 'sequence', sequence };
  throw new OperatorError('usage_invalid', '--until is no entry of a ledger', {
    next: 'Entries count from 1: marketops replay shows each event’s.',
  });
}
