import { limitKey, systemClock } from '@marketops/engine';
import { connectRedis } from '@marketops/store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { outcome, read, wide, write } from '../testing/one-process.js';
import { useRedis } from '../testing/use-redis.js';
import { AccountLimiter } from './account-limiter.js';

const redis = useRedis();
const { limiter: process } = redis;

const spend = async (limiter: AccountLimiter, times: number, what: typeof read | typeof write = write) => {
  const turns = [];
  for (let n = 0; n < times; n += 1) turns.push(await limiter.spend(what));
  return turns;
};
const last = async (turns: ReturnType<typeof spend>) => (await turns).at(-1);

describe('the budget of an account, in all processes together', () => {
  it('given two processes, then their writes have turns one second apart', async () => {
    const budget = { writeSpacingMs: 1_000 };
    const processes = [process(budget), process(budget)];
    const waits: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const turn = await processes[n % 2]?.spend(write);
      if (turn?.verdict !== 'go') throw new Error('no turn');
      waits.push(turn.waitMs);
    }
    for (const [n, waitMs] of waits.entries()) {
      expect(waitMs).toBeGreaterThan(n * 1_000 - 500);
      expect(waitMs).toBeLessThanOrEqual(n * 1_000 + 2);
    }
    // The next would wait for longer than a request may, and takes nothing.
    expect(await processes[0]?.spend(write)).toMatchObject({ verdict: 'go' });
    expect(await processes[1]?.spend(write)).toMatchObject({ verdict: 'wait', why: 'spacing' });
  });

  it('given an operation under way, then its reads have their turns as its writes have', async () => {
    const limiter = process({});
    const waiter = 'acme|run|release';
    const entrant = { waiter, tenant: 'acme', job: 'rcp j', writes: 1, resumes: false };
    expect(await limiter.enter(entrant)).toMatchObject({ verdict: 'go' });
    for (const what of [read, write, read])
      expect(await limiter.spend({ ...what, waiter })).toMatchObject({ verdict: 'go' });
  });

  it('given eighty writes within a minute, then the next waits for the first to leave it', async () => {
    const [one, other] = [process({ pointsPerMinute: 10_000 }), process({ pointsPerMinute: 10_000 })];
    await spend(one, 40);
    await spend(other, 40);
    const turn = await one.spend(write);
    expect(turn).toMatchObject({ verdict: 'wait', why: 'writes_per_minute' });
    expect(turn.waitMs).toBeGreaterThan(50_000);
    expect(await one.spend(read)).toMatchObject({ verdict: 'go' });
  });

  it('given five hundred writes within an hour, then the next waits for the first to leave it', async () => {
    const budget = { pointsPerMinute: 10_000, writesPerMinute: 1_000, concurrentRequests: 1_000 };
    const [one, other] = [process(budget), process(budget)];
    await Promise.all([spend(one, 250), spend(other, 250)]);
    const turn = await other.spend(write);
    expect(turn).toMatchObject({ verdict: 'wait', why: 'writes_per_hour' });
    expect(turn.waitMs).toBeGreaterThan(3_500_000);
  });

  it('given nine hundred points within a minute, five of each write, then the next request waits', async () => {
    const one = process({ writesPerMinute: 1_000, concurrentRequests: 1_000 });
    expect(await last(spend(one, 150))).toMatchObject({ verdict: 'go' });
    expect(await last(spend(one, 150, read))).toMatchObject({ verdict: 'go' });
    const turn = await one.spend(read);
    expect(turn).toMatchObject({ verdict: 'wait', why: 'points' });
    expect(turn.waitMs).toBeGreaterThan(50_000);
    expect(turn.waitMs).toBeLessThanOrEqual(60_501);
  });

  it('given the window has slid on, then there is room again, and never more than it holds', async () => {
    const budget = { pointsPerMinute: 20, minuteMs: 600, writesPerMinute: 1_000, concurrentRequests: 1_000 };
    const [one, other] = [process(budget), process(budget)];
    const sentAt: number[] = [];
    let longestWaitMs = 0;
    const worker = async (limiter: AccountLimiter) => {
      for (let n = 0; n < 45; n += 1) {
        const turn = await limiter.spend(read);
        if (turn.verdict !== 'go') throw new Error(turn.why);
        longestWaitMs = Math.max(longestWaitMs, turn.waitMs);
        sentAt.push(turn.atMs);
      }
    };
    await Promise.all([worker(one), worker(other)]);
    sentAt.sort((a, b) => a - b);
    const tooMany = sentAt.filter((at, n) => (sentAt[n + 20] ?? Number.POSITIVE_INFINITY) - at < 600);
    expect(tooMany).toEqual([]);
    // Ninety requests at twenty per window take four windows, and hardly more, however slow this machine is.
    expect(longestWaitMs).toBeLessThan(4 * 600 * 1.1);
  });

  it('given five thousand requests within an hour, then the next waits; one answered 304 was none', async () => {
    const one = process({ primaryPerHour: 60, pointsPerMinute: 10_000 });
    const turns = await spend(one, 60, read);
    expect(await one.spend(read)).toMatchObject({ verdict: 'wait', why: 'primary' });
    const first = turns[0];
    if (first?.verdict !== 'go') throw new Error('no turn');
    one.over(first.id, outcome({ status: 304 }));
    expect(await one.spend(read)).toMatchObject({ verdict: 'go' });
    expect(await one.spend(read)).toMatchObject({ verdict: 'wait', why: 'primary' });
  });

  it('given a hundred requests under way, then the next waits until one is over, or should have been', async () => {
    const options = { requestLastsMs: 300 };
    const one = process({ concurrentRequests: 3 }, options);
    const [first] = await spend(one, 3, read);
    expect(await one.spend(read)).toMatchObject({ verdict: 'wait', why: 'concurrent' });
    if (first?.verdict !== 'go') throw new Error('no turn');
    one.over(first.id, outcome());
    expect(await one.spend(read)).toMatchObject({ verdict: 'go' });
    expect(await one.spend(read)).toMatchObject({ verdict: 'wait', why: 'concurrent' });
    await expect.poll(() => one.spend(read), { timeout: 2_000 }).toMatchObject({ verdict: 'go' });
  });
});

describe('what is left behind in Redis', () => {
  it('is bounded, ends by itself, and is not one key more per request', async () => {
    const budget = { writesPerHour: 50, writesPerMinute: 1_000, pointsPerMinute: 10_000, hourMs: 1_000 };
    const one = process({ ...budget, minuteMs: 1_000, concurrentRequests: 1_000 }, { requestLastsMs: 50 });
    await spend(one, 40);
    await spend(one, 400, read);
    const keys = await redis.admin.keys('mo:limits:*');
    expect(keys.sort()).toEqual([limitKey('acme', 'budget'), limitKey('acme', 'requests')]);
    for (const key of keys) expect(await redis.admin.pttl(key)).toBeGreaterThan(60_000);
    expect(await redis.admin.hlen(limitKey('acme', 'budget'))).toBeLessThan(50 + 2 * 130 + 20);
  });
});

describe('with Redis gone', () => {
  afterEach(() => void vi.useRealTimers());
  /** As a process is whose Redis has ended: every command is refused at once. */
  async function bereft() {
    const connection = connectRedis(redis.url);
    const ended = new Promise((resolve) => connection.once('end', resolve));
    const options = { redis: connection, clock: systemClock, waitMsMax: 5_000 };
    const terms = { account: 'acme', budget: wide, requestLastsMs: 10_000, operationKeepsMs: 30_000 };
    const limiter = new AccountLimiter({ ...terms, ...options });
    await limiter.spend(read);
    connection.disconnect();
    await ended;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    return limiter;
  }

  it('given a question that fails with nothing to tell, then nothing is tried again', async () => {
    const limiter = await bereft();
    await expect(limiter.spend(read)).rejects.toThrow();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('given something to tell, then it is tried again until it is closed, and never after', async () => {
    const limiter = await bereft();
    limiter.leave('acme|r|o');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(vi.getTimerCount()).toBe(1);
    await expect(limiter.close()).rejects.toThrow();
    limiter.leave('acme|r|o');
    expect(vi.getTimerCount()).toBe(0);
  });
});
