import type { RateLimitBudget } from '../shapes/rate-limits.js';

/** Headers as a look-up by lower-case name. */
export type Headers = Readonly<Record<string, string | undefined>>;

const secondaryDefaultMs = 60_000;
/** Primary limits end within the hour; more than that is no answer of GitHub's. */
const retryAfterMsMax = 3_600_000;

function parseRetryAfter(text: string, nowMs: number): number | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date - nowMs;
}

/**
 * Whether an answer means "too many requests". GitHub says so with 429, or with 403 and either no requests
 * remaining, a `retry-after`, or a text about a secondary limit.
 */
export function isRateLimited(status: number, headers: Headers, message: string): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers['x-ratelimit-remaining'] === '0' ||
    headers['retry-after'] !== undefined ||
    /secondary rate limit|abuse detection|rate limit exceeded/i.test(message)
  );
}

/**
 * How long to wait, in milliseconds, 0 to one hour. Reckoned from the server's own `date` where it sends one, so that
 * a wrong clock here neither hammers GitHub nor waits for ever. Without a hint one minute, as GitHub asks.
 */
export function retryAfterMs(headers: Headers): number {
  const serverNow = Date.parse(headers['date'] ?? '');
  const nowMs = Number.isNaN(serverNow) ? Date.now() : serverNow;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  const untilReset =
    headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset) ? reset * 1_000 - nowMs : undefined;
  const hint = parseRetryAfter(headers['retry-after'] ?? '', nowMs) ?? untilReset ?? secondaryDefaultMs;
  return Math.min(Math.max(Math.ceil(hint), 0), retryAfterMsMax);
}

/** What one answer says about limits. */
export interface RateLimitView {
  /** From the `x-ratelimit-*` headers; null where they are missing or make no sense. */
  readonly budget: RateLimitBudget | null;
  /** Which limit the answer was refused for; null when it was not. */
  readonly limited: 'primary' | 'secondary' | null;
  /** How long to wait, where it was refused. 0 to one hour. */
  readonly retryAfterMs: number | null;
  /** The server's clock, to read `budget.resetAtMs` by. */
  readonly serverNowMs: number | null;
}

const count = (text: string | undefined): number =>
  /^\d{1,12}$/.test(text ?? '') ? Number(text) : Number.NaN;

function budgetIn(headers: Headers): RateLimitBudget | null {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    count(headers[`x-ratelimit-${name}`]),
  ) as [number, number, number];
  if (Number.isNaN(limit + remaining + reset)) return null;
  const used = count(headers['x-ratelimit-used']);
  const resource = /^[a-z_]{1,50}$/.exec(headers['x-ratelimit-resource'] ?? '')?.[0] ?? null;
  return {
    ...{ resource, limit, remaining, resetAtMs: reset * 1_000 },
    used: Number.isNaN(used) ? Math.max(limit - remaining, 0) : used,
  };
}

/** Reads an answer's headers, and its status and text where there is one. */
export function rateLimitIn(headers: Headers, answer?: { status: number; text: string }): RateLimitView {
  const serverNow = Date.parse(headers['date'] ?? '');
  // The words stand in a message of a line or two; more of a text is not searched.
  const refused = answer !== undefined && isRateLimited(answer.status, headers, answer.text.slice(0, 4_000));
  const kind = headers['x-ratelimit-remaining'] === '0' ? 'primary' : 'secondary';
  return {
    budget: budgetIn(headers),
    limited: refused ? kind : null,
    retryAfterMs: refused ? retryAfterMs(headers) : null,
    serverNowMs: Number.isNaN(serverNow) ? null : serverNow,
  };
}
