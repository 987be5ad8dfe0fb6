import { type LimitStatus, limitKeys, readLimitStatus } from '@marketops/engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { outcome, read, wide, write } from '../testing/one-process.js';
import { useRedis } from '../testing/use-redis.js';
import type { AccountLimiter } from './account-limiter.js';

const redis = useRedis();
let limiter: AccountLimiter;
const budget = { ...wide, writeSpacingMs: 1_000, writesPerMinute: 3, executions: 3 };

beforeEach(() => {
  limiter = redis.limiter(budget);
});

const status = (): Promise<LimitStatus> => readLimitStatus(redis.admin, 'acme', budget);
const windowOf = ({ windows }: LimitStatus, name: string) => windows.find(({ window }) => window === name);

describe('what an account has left', () => {
  it('given nothing was spent, then all of it, and nothing is written by looking', async () => {
    const seen = await status();
    for (const window of seen.windows)
      expect(window).toMatchObject({ used: 0, moreAtMs: null, allAtMs: null });
    expect(seen).toMatchObject({ pausedUntilMs: null, reported: null, requestsUnderWay: 0, waiting: [] });
    expect(await redis.admin.exists(...limitKeys('acme'))).toBe(0);
  });

  it('given writes and reads, then what the scripts count, and the time of the next turn', async () => {
    const before = Date.now();
    await limiter.spend(read);
    for (let n = 0; n < 3; n += 1) await limiter.spend(write);
    const seen = await status();
    expect(windowOf(seen, 'primary_per_hour')).toMatchObject({ used: 4, left: 4_996, moreAtMs: null });
    expect(windowOf(seen, 'points_per_minute')).toMatchObject({ used: 16, left: 884, moreAtMs: null });
    expect(windowOf(seen, 'writes_per_hour')).toMatchObject({ used: 3, left: 497, moreAtMs: null });
    const minute = windowOf(seen, 'writes_per_minute');
    expect(minute).toMatchObject({ used: 3, left: 0 });
    expect(minute?.moreAtMs).toBeGreaterThanOrEqual(before + budget.minuteMs);
    expect(minute?.allAtMs).toBeGreaterThanOrEqual(before + budget.minuteMs + 2_000);
    expect(seen.nextWriteAtMs).toBe(minute?.moreAtMs);
    const turn = await limiter.spend(write);
    expect(turn).toMatchObject({ verdict: 'wait', why: 'writes_per_minute' });
    expect(Math.abs(Date.now() + turn.waitMs - seen.nextWriteAtMs)).toBeLessThan(500);
    expect(seen.requestsUnderWay).toBe(4);
  });

  it('given operations under way and waiting, a pause and GitHub’s own count, then those', async () => {
    const enter = (tenant: string, n: number) =>
      limiter.enter({ waiter: `${tenant}|r|${n}`, tenant, job: `${n} ${n}`, writes: 1, resumes: false });
    for (let n = 0; n < 4; n += 1) await enter('globex', n);
    for (let n = 0; n < 2; n += 1) await enter('acme', n);
    const first = await limiter.spend(read);
    if (first.verdict !== 'go') throw new Error('no turn');
    const budgetSaid = {
      resource: 'core',
      limit: 5_000,
      remaining: 4_000,
      used: 1_000,
      resetAtMs: 1_800_000_000_000,
    };
    const rateLimit = {
      budget: budgetSaid,
      limited: 'secondary',
      retryAfterMs: 30_000,
      serverNowMs: 1_799_999_940_000,
    } as const;
    limiter.over(first.id, outcome({ status: 429, rateLimit }));
    await expect.poll(async () => (await status()).pausedUntilMs).not.toBeNull();
    const seen = await status();
    expect(seen.operationsUnderWay).toBe(3);
    expect(seen.waiting).toEqual([
      { tenant: 'acme', operations: 2 },
      { tenant: 'globex', operations: 1 },
    ]);
    expect(seen.reported).toMatchObject({ limit: 5_000, remaining: 4_000 });
    expect((seen.pausedUntilMs ?? 0) - Date.now()).toBeGreaterThan(25_000);
    expect(seen.nextWriteAtMs).toBe(seen.pausedUntilMs);
  });
});
