import { limitKey, limitKeys } from '@marketops/engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { useRedis } from '../testing/use-redis.js';
import type { AccountLimiter, Entrant } from './account-limiter.js';

const redis = useRedis();
let limiter: AccountLimiter;
beforeEach(() => {
  limiter = redis.limiter({ executions: 2 });
});

const entrant = (tenant: string, n: number, changes: Partial<Entrant> = {}): Entrant => ({
  ...{ waiter: `${tenant}|run|${n}`, tenant, job: `rcp_${tenant}${n} rcp_${tenant}${n}` },
  ...{ writes: 1, resumes: false },
  ...changes,
});
const all = (tenant: string, count: number, changes: Partial<Entrant> = {}) =>
  Array.from({ length: count }, (_, n) => entrant(tenant, n, changes));

/** All ask once; from then on each tenant's first few come back, as held jobs do, until so many have begun. */
async function begin(limiter: AccountLimiter, waiting: readonly Entrant[], most: number): Promise<string[]> {
  const begun: string[] = [];
  let left = [...waiting];
  for (let asking = left; begun.length < Math.min(most, waiting.length); asking = firstFew(left)) {
    const inside: Entrant[] = [];
    // The first alone: after it Redis knows the script, and takes the others in the order in which they are sent.
    const [first, ...others] = asking;
    if (first === undefined) throw new Error('nobody is waiting');
    const enter = async (each: Entrant) => {
      if ((await limiter.enter(each)).verdict === 'go') inside.push(each);
    };
    await enter(first);
    await Promise.all(others.map(enter));
    for (const { waiter, tenant } of inside) {
      limiter.leave(waiter);
      begun.push(tenant);
    }
    left = left.filter((each) => !inside.includes(each));
  }
  return begun.slice(0, most);
}

const firstFew = (waiting: readonly Entrant[]): Entrant[] =>
  waiting.filter(
    (each, at) => waiting.slice(0, at).filter(({ tenant }) => tenant === each.tenant).length < 3,
  );

describe('fairness between the tenants of an account', () => {
  it('given one tenant has 500 operations waiting, then another’s one begins within the next few', async () => {
    const began = await begin(limiter, [...all('globex', 500), entrant('acme', 0)], 8);
    expect(began.filter((tenant) => tenant === 'acme')).toHaveLength(1);
  });

  it('given one tenant has filled the line, then it is closed to that tenant and to no other', async () => {
    const outside = all('globex', 10_000);
    const dueAtMs = Date.now() + 60_000;
    const line = redis.admin.pipeline();
    for (const [n, { waiter, job }] of outside.entries()) {
      line.zadd(limitKey('acme', 'waiting'), `${n + 1}`, waiter);
      line.zadd(limitKey('acme', 'due'), `${dueAtMs}`, waiter);
      line.hset(limitKey('acme', 'jobs'), waiter, job);
    }
    await line.exec();
    expect(await limiter.enter(entrant('globex', 10_001))).toMatchObject({ verdict: 'wait' });
    expect(await redis.admin.zscore(limitKey('acme', 'waiting'), 'globex|run|10001')).toBeNull();
    expect(await limiter.enter(entrant('initech', 1))).toMatchObject({ verdict: 'go' });
    const few = all('initech', 130).slice(2);
    await Promise.all(few.map((each) => limiter.enter(each)));
    const inLine = await redis.admin.zrange(limitKey('acme', 'waiting'), '0', '-1');
    expect(inLine.filter((waiter) => waiter.startsWith('initech|'))).toHaveLength(100);
  });

  it('given three tenants want different amounts, then the small get all they want and the large share the rest', async () => {
    const waiting = [...all('globex', 60), ...all('initech', 60), ...all('acme', 5)];
    const began = await begin(limiter, waiting, 45);
    const count = (tenant: string) => began.filter((each) => each === tenant).length;
    expect(count('acme')).toBe(5);
    expect(Math.abs(count('globex') - count('initech'))).toBeLessThanOrEqual(2);
    expect(count('globex') + count('initech')).toBe(40);
  });

  it('given operations of ten writes beside operations of one, then the tenants get as many writes', async () => {
    const heavy = all('globex', 30, { writes: 10 });
    const began = await begin(limiter, [...heavy, ...all('acme', 200)], 55);
    const heavies = began.filter((each) => each === 'globex').length;
    expect(heavies * 10).toBeGreaterThanOrEqual(40);
    expect(heavies * 10).toBeLessThanOrEqual(60);
  });

  it('given a tenant that was away, then it does not make up for what it did not want', async () => {
    await begin(limiter, all('globex', 50), 50);
    const began = await begin(limiter, [...all('acme', 40), ...all('globex', 90).slice(50)], 40);
    expect(began.filter((each) => each === 'acme').length).toBeLessThanOrEqual(22);
  });
});

describe('waiting in line', () => {
  it('given the account is full, then one is told when to come back, the later the more are before it', async () => {
    const spaced = redis.limiter({ executions: 2, writeSpacingMs: 1_000 });
    await limiter.enter(entrant('acme', 0));
    await limiter.enter(entrant('acme', 1));
    const waits: number[] = [];
    for (let n = 2; n < 12; n += 1) {
      const entrance = await spaced.enter(entrant('acme', n));
      if (entrance.verdict !== 'wait') throw new Error('it began');
      waits.push(entrance.waitMs);
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.at(-1)).toBeGreaterThan(5_000);
    expect(waits.at(-1)).toBeLessThan(15_000);
  });

  it('given a second job for the same receipt, then one waits; given a later receipt, then it has the place', async () => {
    for (const each of all('globex', 2)) await limiter.enter(each);
    expect(await limiter.enter(entrant('acme', 0))).toMatchObject({ verdict: 'wait' });
    expect(await limiter.enter(entrant('globex', 7))).toMatchObject({ verdict: 'wait' });
    const swept = entrant('acme', 0, { job: 'rcp_acme0 rcp_acme0.s1' });
    expect(await limiter.enter(swept)).toMatchObject({ verdict: 'elsewhere' });
    const renewed = entrant('acme', 0, { job: 'rcp_other rcp_other' });
    expect(await limiter.enter(renewed)).toMatchObject({ verdict: 'wait' });
    limiter.leave('globex|run|0');
    expect(await limiter.enter(entrant('globex', 7))).toMatchObject({ verdict: 'wait' });
    expect(await limiter.enter(renewed)).toMatchObject({ verdict: 'go' });
  });

  it('given one gives up or does not come back, then it stands before nobody', async () => {
    for (const each of all('globex', 2)) await limiter.enter(each);
    const first = entrant('acme', 0);
    await limiter.enter(first);
    await limiter.enter(entrant('acme', 1));
    await limiter.enter(entrant('acme', 2));
    limiter.giveUp(first.waiter, 'rcp_other rcp_other');
    limiter.leave('globex|run|0');
    expect(await limiter.enter(entrant('acme', 1))).toMatchObject({ verdict: 'wait' });
    limiter.giveUp(first.waiter, first.job);
    expect(await limiter.enter(entrant('acme', 1))).toMatchObject({ verdict: 'go' });
    await redis.admin.zadd(limitKey('acme', 'due'), 1, 'acme|run|2');
    limiter.leave('globex|run|1');
    await limiter.enter(entrant('acme', 3));
    expect(await redis.admin.zscore(limitKey('acme', 'waiting'), 'acme|run|2')).toBeNull();
  });

  it('given what has begun before, then it goes on although the account is full', async () => {
    for (const each of all('globex', 2)) await limiter.enter(each);
    expect(await limiter.enter(entrant('acme', 0, { resumes: true }))).toMatchObject({ verdict: 'go' });
  });

  it('given the hour has no room for all its writes, then an operation does not begin', async () => {
    const small = redis.limiter({ executions: 8, writesPerHour: 10 });
    for (let n = 0; n < 4; n += 1) await small.spend({ points: 5, write: true, waiter: undefined });
    const [first, second] = all('acme', 2, { writes: 5 });
    if (first === undefined || second === undefined) throw new Error('unreachable');
    expect(await small.enter(first)).toMatchObject({ verdict: 'go' });
    expect(await small.enter(second)).toMatchObject({ verdict: 'wait', why: 'writes_per_hour' });
    expect(await small.enter(entrant('acme', 3))).toMatchObject({ verdict: 'wait', why: 'fairness' });
  });

  it('given all is over, then nothing of it is left but the tenants’ order', async () => {
    await begin(limiter, all('acme', 10), 10);
    await limiter.spend({ points: 1, write: false, waiter: undefined });
    const left = await redis.admin.exists(...limitKeys('acme'));
    const ended = ['running', 'promised', 'waiting', 'due', 'jobs'] as const;
    for (const part of ended) expect(await redis.admin.exists(limitKey('acme', part))).toBe(0);
    expect(left).toBe(3);
  });
});
