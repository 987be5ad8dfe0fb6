import { type Clock, limitKey, systemClock } from '@marketops/engine';
import type { PlannedRequest } from '@marketops/github';
import { describe, expect, it } from 'vitest';
import { outcome, wide } from '../testing/one-process.js';
import { useRedis } from '../testing/use-redis.js';
import type { AccountLimiter } from './account-limiter.js';
import { pacedRequests } from './paced-requests.js';

const redis = useRedis();
let limiter: AccountLimiter;

const planned = (method: 'GET' | 'POST', signal?: AbortSignal): PlannedRequest => ({
  ...{ method, path: '/', points: method === 'GET' ? 1 : 5, creates: method !== 'GET', signal },
});
const paced = (clock: Clock = systemClock) =>
  pacedRequests(limiter, { account: 'acme', waiter: undefined, clock });
const budgetField = async (field: string) =>
  Number(await redis.admin.hget(limitKey('acme', 'budget'), field));

describe('requests of an account', () => {
  it('given writes of one client, then each is let go a spacing after the one before', async () => {
    limiter = redis.limiter({ writeSpacingMs: 200 });
    const requests = paced();
    const began = performance.now();
    const send = async () => requests.beforeRequest(planned('POST'));
    await Promise.all([send(), send(), send()]);
    // The last has slept until its turn, whatever kept the first.
    expect(performance.now() - began).toBeGreaterThanOrEqual(400);
    const turns = [await budgetField('w1'), await budgetField('w2'), await budgetField('w3')];
    expect(turns.map((at) => at - (turns[0] ?? 0))).toEqual([
      0,
      expect.toSatisfy((at: number) => at >= 200),
      expect.toSatisfy((at: number) => at >= 400),
    ]);
  });

  it('given a process that stood still through its turn, then it takes another, and pays once', async () => {
    limiter = redis.limiter({ writeSpacingMs: 200 });
    const slept: number[] = [];
    let behindMs = 0;
    // It sleeps through its first turn by a second, as a suspended process would.
    const late: Clock = {
      nowMs: () => Date.now() + behindMs,
      sleep: (ms) => {
        if (slept.push(ms) === 1) behindMs = 1_000;
        return Promise.resolve();
      },
    };
    await paced().beforeRequest(planned('POST'));
    await paced(late).beforeRequest(planned('POST'));
    expect(slept).toHaveLength(2);
    expect(slept[1]).toBeGreaterThan(150);
    expect([await budgetField('writes'), await budgetField('pq_sum'), await budgetField('po_sum')]).toEqual([
      2, 2, 10,
    ]);
    const [first, second] = [await budgetField('w1'), await budgetField('w2')];
    expect(second - first).toBeGreaterThanOrEqual(200);
  });

  it('given as many under way as may be, then the next goes when one is over', async () => {
    limiter = redis.limiter({ concurrentRequests: 1 });
    const requests = paced();
    const first = planned('GET');
    await requests.beforeRequest(first);
    const second = requests.beforeRequest(planned('GET'));
    void requests.afterResponse(outcome({ request: first }));
    await second;
  });

  it('given a wait that is longer than a request’s, then it is refused with the time, and nothing is taken', async () => {
    limiter = redis.limiter({ writeSpacingMs: 60_000 });
    const requests = paced();
    await requests.beforeRequest(planned('POST'));
    const refused = { code: 'rate_limited', retry: 'hold', message: expect.stringContaining('in line') };
    await expect(requests.beforeRequest(planned('POST'))).rejects.toMatchObject(refused);
    expect(await budgetField('writes')).toBe(1);
  });

  it('given its caller stops, then its wait ends', async () => {
    limiter = redis.limiter({ ...wide, writeSpacingMs: 4_000 });
    const requests = paced();
    await requests.beforeRequest(planned('POST'));
    const stop = new AbortController();
    const began = performance.now();
    const waiting = requests.beforeRequest(planned('POST', stop.signal));
    stop.abort();
    await waiting;
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
