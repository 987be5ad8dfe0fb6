import type { RateLimitStatus } from './call.js';
import { Problem } from './problem.js';

const windowSeconds = 3_600;
const gitHubLimit = 5_000;

/**
 * GitHub's primary limit: so many requests per hour and token. Enforced only where a limit was asked for: load tests
 * would meet GitHub's 5,000 within a second, so by default the headers count down and stay at 1.
 */
export class PrimaryRateLimit {
  readonly #enforcedLimit: number | undefined;
  readonly #clock: () => Date;
  readonly #windows = new Map<string, { used: number; resetsAt: number }>();

  constructor(enforcedLimit: number | undefined, clock: () => Date) {
    this.#enforcedLimit = enforcedLimit;
    this.#clock = clock;
  }

  /** Counts one request of `caller` (`cost` 0 for free ones) and says where the caller stands after it. */
  count(caller: string, cost: 0 | 1): RateLimitStatus {
    const now = Math.floor(this.#clock().getTime() / 1_000);
    let window = this.#windows.get(caller);
    if (window === undefined || window.resetsAt <= now) {
      window = { used: 0, resetsAt: now + windowSeconds };
      this.#windows.set(caller, window);
    }
    window.used += cost;
    const limit = this.#enforcedLimit ?? gitHubLimit;
    const used = Math.min(window.used, this.#enforcedLimit === undefined ? limit - 1 : limit);
    const exceeded = this.#enforcedLimit !== undefined && window.used > limit;
    return { limit, used, remaining: limit - used, resetsAt: window.resetsAt, exceeded };
  }

  reset(): void {
    this.#windows.clear();
  }
}

export const primaryLimitProblem = (login: string): Problem =>
  new Problem(403, `API rate limit exceeded for ${login}.`);

export const secondaryLimitProblem = (retryAfterS: number): Problem => {
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  return new Problem(429, message, { headers: { 'retry-after': String(retryAfterS) } });
};
