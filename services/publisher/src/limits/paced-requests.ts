import type { Clock } from '@marketops/engine';
import { GitHubError, type PlannedRequest, type RequestObserver } from '@marketops/github';
import type { AccountLimiter, Granted, Spending } from './account-limiter.js';
import { wordsFor } from './answers.js';

/** How soon the budget is asked for again where Redis could not be asked: until then nothing is sent. */
const unknownMs = 1_000;

/**
 * Makes every request of a client wait for its turn, and tells the budget what came of it. What would have to wait for longer than a
 * request may is refused before anything is sent: `rate_limited`, with the time.
 */
export function pacedRequests(
  limiter: AccountLimiter,
  {
    account,
    waiter,
    clock,
  }: {
    readonly account: string;
    readonly waiter: string | undefined;
    readonly clock: Clock;
  },
): RequestObserver {
  const tooSoon = (why: string, retryAfterMs: number, cause?: unknown) =>
    new GitHubError('rate_limited', `A request of ${account} was not sent: ${why}.`, {
      retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)),
      ...(cause === undefined ? {} : { cause }),
    });
  const turns = new WeakMap<PlannedRequest, string>();

  const spend = async (spending: Spending) => {
    try {
      return await limiter.spend(spending);
    } catch (cause) {
      // Nobody knows what is left: so nothing is.
      throw tooSoon('its limits cannot be asked', unknownMs, cause);
    }
  };

  return {
    async beforeRequest(request) {
      const { points, creates: write, signal } = request;
      const latest = clock.nowMs() + limiter.waitMsMax;
      let missed: Granted | undefined;
      for (;;) {
        const turn = await spend({ points, write, waiter, ...(missed === undefined ? {} : { missed }) });
        const mayAskAgain = clock.nowMs() < latest && signal?.aborted !== true;
        if (turn.verdict === 'go') {
          turns.set(request, turn.id);
          const due = clock.nowMs() + turn.waitMs;
          if (turn.waitMs > 0) await clock.sleep(turn.waitMs, signal);
          // Meanwhile GitHub may have asked another process to pause, and that means everybody.
          if (limiter.pausedForMs > 0) throw tooSoon(wordsFor('paused'), limiter.pausedForMs);
          // A process that stood still wakes with all its turns at once: only the order of the line keeps them apart.
          if (!write || !mayAskAgain || clock.nowMs() - due <= limiter.lateMsMax) return;
          missed = turn;
        } else {
          if (turn.why !== 'concurrent' || !mayAskAgain) throw tooSoon(wordsFor(turn.why), turn.waitMs);
          await clock.sleep(turn.waitMs, signal);
        }
      }
    },
    afterResponse(outcome) {
      const id = turns.get(outcome.request);
      if (id !== undefined) limiter.over(id, outcome);
    },
  };
}
