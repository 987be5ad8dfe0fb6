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
