import type { AccountBudget } from '@marketops/engine';
import { systemClock } from '@marketops/engine';
import type { PlannedRequest, RequestOutcome } from '@marketops/github';
import { connectRedis } from '@marketops/store';
import { AccountLimiter, type LimiterOptions } from '../limits/account-limiter.js';

/** GitHub's limits, but nothing that a test would wait for unless it asks for it. */
export const wide: AccountBudget = {
  ...{ primaryPerHour: 5_000, pointsPerMinute: 900, writesPerMinute: 80, writesPerHour: 500 },
  ...{ concurrentRequests: 100, executions: 8, hourMs: 3_600_000, minuteMs: 60_000, writeSpacingMs: 0 },
};

/** Nothing answers there. */
export const nowhere = 'redis://127.0.0.1:1';

/** As one process has it: a connection and a memory of its own. @param commandTimeoutMs after which Redis counts as away */
export function oneProcess(
  url: string,
  budget: Partial<AccountBudget> = {},
  options: Partial<LimiterOptions> = {},
  commandTimeoutMs = 2_000,
): { readonly limiter: AccountLimiter; close(): Promise<void> } {
  const redis = connectRedis(url, { commandTimeout: commandTimeoutMs });
  const limiter = new AccountLimiter({
    ...{ account: 'acme', budget: { ...wide, ...budget }, redis, clock: systemClock, waitMsMax: 5_000 },
    ...{ requestLastsMs: 10_000, operationKeepsMs: 30_000 },
    ...options,
  });
  return {
    limiter,
    async close() {
      await limiter.close().catch(() => undefined);
      redis.disconnect();
    },
  };
}

export const read = { points: 1, write: false, waiter: undefined } as const;
export const write = { points: 5, write: true, waiter: undefined } as const;

const planned: PlannedRequest = {
  ...{ method: 'GET', path: '/', points: 1, creates: false, signal: undefined },
};

/** What became of a request, by default answered 200 without a word on limits. */
export const outcome = (changes: Partial<RequestOutcome> = {}): RequestOutcome => ({
  ...{ request: planned, sent: true, status: 200, headers: {} },
  rateLimit: { budget: null, limited: null, retryAfterMs: null, serverNowMs: null },
  ...changes,
});
