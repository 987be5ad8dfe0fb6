import { limitKey, limitKeys, systemClock } from '@marketops/engine';
import type { GitHubError, PlannedRequest, RateLimitView } from '@marketops/github';
import { describe, expect, it } from 'vitest';
import { nowhere, oneProcess, outcome, read, wide, write } from '../testing/one-process.js';
import { useRedis } from '../testing/use-redis.js';
import { openLimits } from './limits.js';
import { pacedRequests } from './paced-requests.js';

const redis = useRedis();
const { kept, limiter: process } = redis;

const silent: RateLimitView = { budget: null, limited: null, retryAfterMs: null, serverNowMs: null };
const said = (remaining: number, inMs: number, limit = 5_000): RateLimitView => ({
  ...silent,
  budget: { resource: 'core', limit, remaining, used: limit - remaining, resetAtMs: 1_800_000_000_000 },
  serverNowMs: 1_800_000_000_000 - inMs,
});
const hit = (retryAfterMs: number): RateLimitView => ({ ...silent, limited: 'secondary', retryAfterMs });

const go = async (limiter: ReturnType<typeof process>, what: typeof read | typeof write = read) => {
  const turn = await limiter.spend(what);
  if (turn.verdict !== 'go') throw new Error(`no turn: ${turn.why}`);
  return turn.id;
};

describe('what GitHub says', () => {
  it('given it counts fewer requests left than we do, then it is right, until its hour ends', async () => {
    const [one, other] = [process(), process()];
    one.over(await go(one), outcome({ rateLimit: said(2, 400) }));
    await go(one);
    await go(other);
    expect(await other.spend(read)).toMatchObject({ verdict: 'go' });
    const long = process({}, { waitMsMax: 10 });
    expect(await long.spend(read)).toMatchObject({ verdict: 'wait', why: 'remaining' });
    await expect.poll(() => long.spend(read), { timeout: 2_000 }).toMatchObject({ verdict: 'go' });
  });

  it('given answers that overtake each other, then the lowest of one hour counts', async () => {
    const one = process({}, { waitMsMax: 10 });
    const [first, second] = [await go(one), await go(one)];
    one.over(second, outcome({ rateLimit: said(0, 60_000) }));
    one.over(first, outcome({ rateLimit: said(1, 60_000) }));
    expect(await one.spend(read)).toMatchObject({ verdict: 'wait', why: 'remaining' });
  });

  it('given a retry-after in one process, then all pause, those that wait for their turn included', async () => {
    const budgets = new Map([['Acme', { ...wide, writeSpacingMs: 300 }]]);
    const options = {
      redisUrl: redis.url,
      budgets,
      clock: systemClock,
      leaseMs: 3_000,
      requestTimeoutMs: 1_000,
    };
    const log = { warn: () => undefined } as never;
    const [one, other] = [openLimits({ ...options, log }), openLimits({ ...options, log })];
    await Promise.all([one.listening, other.listening]);
    kept(one);
    kept(other);
    const [mine, theirs] = [one.of('ACME'), other.of('acme')];
    if (mine === undefined || theirs === undefined) throw new Error('no limiter');
    const id = await go(mine, write);
    const request: PlannedRequest = {
      ...{ method: 'POST', path: '/', points: 5, creates: true, signal: undefined },
    };
    const waiting = pacedRequests(theirs, { account: 'acme', waiter: undefined, clock: systemClock });
    const sent = waiting.beforeRequest(request);
    mine.over(id, outcome({ status: 403, rateLimit: hit(60_000) }));
    await expect(sent).rejects.toMatchObject({ code: 'rate_limited' } satisfies Partial<GitHubError>);
    expect(await theirs.spend(read)).toMatchObject({ verdict: 'wait', why: 'paused' });
    expect(theirs.pausedForMs).toBeGreaterThan(50_000);
  });
});

describe('fail safe', () => {
  it('given the key is lost, then what each process has spent counts on', async () => {
    const budget = { writesPerHour: 20 };
    const [one, other] = [process(budget), process(budget)];
    for (let n = 0; n < 10; n += 1) await go(one, write);
    for (let n = 0; n < 9; n += 1) await go(other, write);
    await redis.admin.del(...limitKeys('acme'));
    await go(one, write);
    // Eleven of this process, and it does not know of the other's nine yet.
    expect(await redis.admin.hget(limitKey('acme', 'budget'), 'writes')).toBe('11');
    expect(await other.spend(write)).toMatchObject({ verdict: 'wait', why: 'writes_per_hour' });
    expect(await one.spend(write)).toMatchObject({ verdict: 'wait', why: 'writes_per_hour' });
    expect(await redis.admin.hget(limitKey('acme', 'budget'), 'writes')).toBe('20');
  });

  it('given the key is lost while ten questions are under way, then what was spent counts once', async () => {
    const budget = { pointsPerMinute: 10_000, writesPerMinute: 1_000 };
    const one = process(budget, { waitMsMax: 60_000 });
    for (let n = 0; n < 60; n += 1) await go(one, write);
    await redis.admin.del(...limitKeys('acme'));
    await Promise.all(Array.from({ length: 10 }, () => go(one, write)));
    expect(await redis.admin.hget(limitKey('acme', 'budget'), 'writes')).toBe('70');
    await redis.admin.del(...limitKeys('acme'));
    await Promise.all(Array.from({ length: 10 }, () => go(one, write)));
    expect(await redis.admin.hget(limitKey('acme', 'budget'), 'writes')).toBe('80');
  });

  it('given the key is lost, then the hour of GitHub is not a new one', async () => {
    const one = process({}, { waitMsMax: 10 });
    one.over(await go(one), outcome({ rateLimit: said(1, 60_000) }));
    await go(one);
    await redis.admin.del(...limitKeys('acme'));
    expect(await one.spend(read)).toMatchObject({ verdict: 'wait', why: 'remaining' });
  });

  it('given Redis does not answer, then nothing is sent', async () => {
    const one = kept(oneProcess(nowhere, {}, {}, 100)).limiter;
    const paced = pacedRequests(one, { account: 'acme', waiter: undefined, clock: systemClock });
    const request: PlannedRequest = {
      ...{ method: 'POST', path: '/', points: 5, creates: true, signal: undefined },
    };
    const refused = { code: 'rate_limited', message: expect.stringContaining('cannot be asked') };
    await expect(paced.beforeRequest(request)).rejects.toMatchObject(refused);
  });

  it('given a request that was stopped before it was sent, then the hour has it again', async () => {
    const one = process({ primaryPerHour: 1 });
    const id = await go(one);
    expect(await one.spend(read)).toMatchObject({ verdict: 'wait', why: 'primary' });
    one.over(id, outcome({ sent: false, status: null }));
    await go(one);
  });
});
