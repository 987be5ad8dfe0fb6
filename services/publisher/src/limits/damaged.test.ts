import { isoTime, limitKey, readLimitStatus } from '@marketops/engine';
import { describe, expect, it } from 'vitest';
import { outcome, read, wide, write } from '../testing/one-process.js';
import { useRedis } from '../testing/use-redis.js';
import type { AccountLimiter } from './account-limiter.js';

const redis = useRedis();
const hourMs = 3_600_000;
const budgetKey = limitKey('acme', 'budget');
/** A turn may be five seconds off in these tests, and a millisecond or two is rounded up. */
const latestMs = hourMs + 7_000;
const entrant = (tenant: string, n: number) => ({
  ...{ waiter: `${tenant}|run|${n}`, tenant, job: `rcp_${tenant}${n} j`, writes: 1, resumes: false },
});
async function spent(times: number): Promise<AccountLimiter> {
  const limiter = redis.limiter();
  for (let n = 0; n < times; n += 1) await limiter.spend(write);
  return limiter;
}

describe('times in Redis that cannot be', () => {
  it.each(['99999999999999', 'nan', 'inf', '1e300', 'x'])(
    'given paused_until = %s, then it is closed, for an hour at most',
    async (value) => {
      const limiter = await spent(1);
      await redis.admin.hset(budgetKey, 'paused_until', value);
      const turn = await limiter.spend(read);
      expect(turn).toMatchObject({ verdict: 'wait', why: 'paused' });
      expect(turn.waitMs).toBeGreaterThan(hourMs - 5_000);
      expect(turn.waitMs).toBeLessThanOrEqual(latestMs);
      // Once: otherwise its end would move away as fast as it is waited for.
      const [first, again] = [
        await redis.admin.hget(budgetKey, 'paused_until'),
        await limiter.spend(read).then(() => redis.admin.hget(budgetKey, 'paused_until')),
      ];
      expect(again).toBe(first);
    },
  );

  it.each(['99999999999999', 'nan', 'inf', '-nan', 'x'])(
    'given next_write = %s, then the next write waits, and not for years',
    async (value) => {
      const limiter = await spent(1);
      await redis.admin.hset(budgetKey, 'next_write', value);
      const turn = await limiter.spend(write);
      expect(turn.waitMs).toBeGreaterThan(1_000);
      expect(turn.waitMs).toBeLessThanOrEqual(latestMs);
    },
  );

  it('given a clock that was a day ahead, then its turns count for an hour, not for a day', async () => {
    const limiter = redis.limiter({ writesPerHour: 3 });
    for (let n = 0; n < 3; n += 1) await limiter.spend(write);
    for (const field of ['w1', 'w2', 'w3', 'next_write']) {
      const at = Number(await redis.admin.hget(budgetKey, field));
      await redis.admin.hset(budgetKey, field, `${at + 24 * hourMs}`);
    }
    const turn = await limiter.spend(write);
    expect(turn).toMatchObject({ verdict: 'wait', why: 'writes_per_hour' });
    expect(turn.waitMs).toBeLessThanOrEqual(latestMs);
  });

  it('given said_reset far ahead, then GitHub is heard again when its hour is over', async () => {
    const limiter = await spent(1);
    await redis.admin.hset(budgetKey, 'said_reset', '9e15', 'said_until', '1');
    const turn = await limiter.spend(read);
    if (turn.verdict !== 'go') throw new Error(turn.why);
    const budget = {
      resource: 'core',
      limit: 5_000,
      remaining: 0,
      used: 5_000,
      resetAtMs: 1_800_000_000_000,
    };
    const serverNowMs = 1_799_999_940_000;
    limiter.over(turn.id, outcome({ rateLimit: { budget, limited: null, retryAfterMs: null, serverNowMs } }));
    expect(await limiter.spend(read)).toMatchObject({ verdict: 'wait', why: 'remaining' });
  });

  it('given operations under way for ever, then they end', async () => {
    const limiter = await spent(1);
    for (let n = 0; n < 8; n += 1) await redis.admin.zadd(limitKey('acme', 'running'), '9e15', `ghost${n}`);
    await redis.admin.hset(limitKey('acme', 'promised'), 'ghost0', 'x');
    expect(await limiter.enter(entrant('globex', 1))).toMatchObject({ verdict: 'wait' });
    const last = await redis.admin.zrange(limitKey('acme', 'running'), '-1', '-1', 'WITHSCORES');
    expect(Number(last[1])).toBeLessThanOrEqual(Date.now() + latestMs);
  });
});

describe('counters in Redis that cannot be', () => {
  const damages: readonly Record<string, string>[] = [
    { writes: '1e300' },
    { writes: '1e300', oldest: '1e300' },
    { oldest: '-1e9' },
    { writes: 'nan' },
    { writes: '0' },
    { po_last: '1e15' },
    { po_first: '-1e9' },
    { pq_first: '0', pq_last: '1e15' },
    { pq_sum: '-1e300' },
    { po_sum: 'inf' },
  ];
  it.each(damages)(
    'given %o, then Redis answers at once, the account pauses and nothing is forgotten',
    async (damage) => {
      const limiter = await spent(5);
      const before = await readLimitStatus(redis.admin, 'acme', wide);
      await redis.admin.hset(budgetKey, damage);
      const startedAtMs = Date.now();
      const turn = await limiter.spend(write);
      expect(Date.now() - startedAtMs).toBeLessThan(1_000);
      expect(turn).toMatchObject({ verdict: 'wait', why: 'paused' });
      expect(turn.waitMs).toBeLessThanOrEqual(61_000);
      const used = ({ windows }: typeof before) => windows.map(({ window, used: units }) => [window, units]);
      expect(used(await readLimitStatus(redis.admin, 'acme', wide))).toEqual(used(before));
      expect(await redis.admin.hmget(budgetKey, 'oldest', 'writes')).toEqual(['1', '5']);
      await redis.admin.hset(budgetKey, 'paused_until', '0');
      expect(await limiter.spend(write)).toMatchObject({ verdict: 'go' });
    },
  );

  it('given a sum that nobody could spend, then the account is closed until it has slid out', async () => {
    const limiter = await spent(1);
    await redis.admin.hset(budgetKey, 'pq_sum', '1e300');
    const turn = await limiter.spend(read);
    expect(turn).toMatchObject({ verdict: 'wait', why: 'primary' });
    expect(turn.waitMs).toBeLessThanOrEqual(latestMs);
  });
});

describe('what an account has left, of junk', () => {
  it('given numbers that are none, then every time can be written', async () => {
    await spent(2);
    const junk = { paused_until: '1e300', next_write: 'nan', said_until: '-inf', w1: '9e99', w2: 'x' };
    const sums = {
      'po:1e300': '1e300',
      'pq:nan': '1',
      'pq:-5': '-1',
      said_limit: 'nan',
      said_remaining: 'x',
    };
    await redis.admin.hset(budgetKey, { ...junk, ...sums });
    const status = await readLimitStatus(redis.admin, 'acme', wide);
    const times = status.windows.flatMap(({ moreAtMs, allAtMs }) => [moreAtMs ?? 0, allAtMs ?? 0]);
    for (const ms of [
      ...times,
      status.nextWriteAtMs,
      status.pausedUntilMs ?? 0,
      status.reported?.resetsAtMs ?? 0,
    ])
      expect(() => isoTime(ms)).not.toThrow();
    for (const { used, left } of status.windows) expect([used, left].every(Number.isSafeInteger)).toBe(true);
    expect(status.nextWriteAtMs - Date.now()).toBeGreaterThan(hourMs - 5_000);
  });
});
