import {
  type AccountBudget,
  type Clock,
  type LimitStatus,
  type Logger,
  limitChannel,
  readLimitStatus,
} from '@marketops/engine';
import { connectRedis } from '@marketops/store';
import { AccountLimiter } from './account-limiter.js';

/** The budgets of the accounts of a publisher; an account without one may do what it likes. */
export interface Limits {
  of(account: string): AccountLimiter | undefined;
}

export const noLimits: Limits = { of: () => undefined };

export interface OpenLimits extends Limits {
  /** What each account has left. Reads, and spends nothing. */
  statuses(): Promise<ReadonlyMap<string, LimitStatus>>;
  /** Resolves when pauses are heard. Nobody need wait for it: until then the next question to Redis brings them. */
  readonly listening: Promise<void>;
  close(): Promise<void>;
}

export interface LimitsOptions {
  readonly redisUrl: string;
  /** By the account's name; what is not there has no limits. */
  readonly budgets: ReadonlyMap<string, AccountBudget>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly requestTimeoutMs: number;
  readonly leaseMs: number;
  /** Told of each pause that GitHub asks an account of ours for. */
  readonly onPause?: (account: string) => void;
}

/** A Redis that does not answer within this cannot be asked, and then nothing is sent. */
const commandTimeoutMs = 2_000;
const pauseMsMax = 3_600_000;

/**
 * Opens the budgets, shared with every process that has the same Redis: one connection for questions, one on which pauses are heard.
 * @param options.requestTimeoutMs so long a request may wait for its turn as well: with less than that left a lease is renewed before a write
 */
export function openLimits(options: LimitsOptions): OpenLimits {
  const { redisUrl, budgets, clock, log, requestTimeoutMs, leaseMs } = options;
  if (budgets.size === 0)
    return {
      ...noLimits,
      statuses: () => Promise.resolve(new Map()),
      listening: Promise.resolve(),
      close: () => Promise.resolve(),
    };
  const redis = connectRedis(redisUrl, { commandTimeout: commandTimeoutMs });
  const hearing = connectRedis(redisUrl);
  const limiters = new Map(
    [...budgets].map(([name, budget]) => {
      const account = name.toLowerCase();
      const limiter = new AccountLimiter({
        ...{ account, budget, redis, clock, waitMsMax: requestTimeoutMs },
        requestLastsMs: 2 * requestTimeoutMs,
        operationKeepsMs: leaseMs + 2 * requestTimeoutMs,
      });
      return [account, limiter] as const;
    }),
  );
  hearing.on('message', (_channel: string, text: string) => {
    const pause = pauseIn(text);
    if (pause === undefined) return;
    log.warn({ account: pause.account, pause_ms: pause.forMs }, 'GitHub has asked for a pause');
    if (limiters.has(pause.account)) options.onPause?.(pause.account);
    limiters.get(pause.account)?.pauseFor(pause.forMs);
  });
  const listening = hearing.subscribe(limitChannel).then(() => undefined);
  listening.catch(() => undefined);
  return {
    listening,
    of: (account) => limiters.get(account.toLowerCase()),
    async statuses() {
      const read = [...budgets].map(async ([account, budget]) => {
        return [account, await readLimitStatus(redis, account, budget)] as const;
      });
      return new Map(await Promise.all(read));
    },
    async close() {
      await Promise.allSettled([...limiters.values()].map((limiter) => limiter.close()));
      redis.disconnect();
      hearing.disconnect();
    },
  };
}

/** Whoever may publish may have said anything. */
function pauseIn(text: string): { readonly account: string; readonly forMs: number } | undefined {
  try {
    const { account, for_ms: forMs } = JSON.parse(text.slice(0, 1_000)) as Record<string, unknown>;
    if (typeof account !== 'string' || typeof forMs !== 'number' || !(forMs > 0)) return undefined;
    return { account, forMs: Math.min(forMs, pauseMsMax) };
  } catch {
    return undefined;
  }
}
