import type { RateLimitView, RequestOutcome } from '@marketops/github';

/** What an answer's headers say of the hour, as GitHub counts it. */
interface Said {
  /** When its hour ends, in its own seconds: names the window. */
  readonly reset: number;
  readonly in_ms: number;
  readonly remaining: number;
  readonly limit: number;
}

/** What has become of earlier requests, on its way to Redis with the next question. */
export interface UsageReport {
  readonly over: readonly string[];
  readonly left: readonly string[];
  /** Operations that wait no longer, each with its job. */
  readonly aside: readonly (readonly [waiter: string, job: string])[];
  /** Requests that cost nothing after all. */
  readonly unspent: number;
  readonly said: Said | null;
  readonly pause_ms: number;
}

/** The only report in which nothing stands. */
export const nothingTold: UsageReport = {
  over: [],
  left: [],
  aside: [],
  unspent: 0,
  said: null,
  pause_ms: 0,
};
/** More than that is not carried: what is forgotten ends by its own time in Redis. */
const carriedMax = 1_000;

/** What is still to be told. */
interface OpenUsageReport {
  readonly isEmpty: boolean;
  add(more: Partial<UsageReport>): void;
  /** Everything so far; whoever takes it and cannot deliver it adds it again. */
  take(): UsageReport;
}

export function openUsageReport(): OpenUsageReport {
  let told = nothingTold;
  return {
    get isEmpty() {
      return told === nothingTold;
    },
    add(more) {
      told = {
        over: [...told.over, ...(more.over ?? [])].slice(-carriedMax),
        left: [...told.left, ...(more.left ?? [])].slice(-carriedMax),
        aside: [...told.aside, ...(more.aside ?? [])].slice(-carriedMax),
        unspent: told.unspent + (more.unspent ?? 0),
        said: later(told.said, more.said ?? null),
        pause_ms: Math.max(told.pause_ms, more.pause_ms ?? 0),
      };
    },
    take() {
      const taken = told;
      told = nothingTold;
      return taken;
    },
  };
}

/** Of one window the lower remaining counts: answers overtake each other. */
function later(one: Said | null, other: Said | null): Said | null {
  if (one === null || other === null) return one ?? other;
  if (one.reset !== other.reset) return one.reset > other.reset ? one : other;
  return one.remaining <= other.remaining ? one : other;
}

const hourMs = 3_600_000;

/** What an answer tells; a limit that was hit after all says how long everybody is to pause. */
export function usageOf({
  status,
  sent,
  rateLimit,
}: RequestOutcome): Pick<UsageReport, 'unspent' | 'said' | 'pause_ms'> {
  return {
    unspent: status === 304 || !sent ? 1 : 0,
    said: saidIn(rateLimit),
    pause_ms: rateLimit.limited === null ? 0 : (rateLimit.retryAfterMs ?? 0),
  };
}

/** Other resources (search, GraphQL) have hours of their own. */
function saidIn({ budget, serverNowMs }: RateLimitView): Said | null {
  if (budget === null || (budget.resource ?? 'core') !== 'core') return null;
  const { limit, remaining, resetAtMs } = budget;
  const inMs = resetAtMs - (serverNowMs ?? Date.now());
  return { limit, remaining, reset: resetAtMs / 1_000, in_ms: Math.min(Math.max(inMs, 0), hourMs) };
}
