import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedGitHub, startSimulatedGitHub } from '../simulated-github.js';

/* GitHub's limits as GitHub enforces them, on a clock that the tests turn. */

let nowMs = Date.parse('2026-01-01T00:00:00.000Z');
let github: SimulatedGitHub;
beforeAll(async () => {
  github = await startSimulatedGitHub({
    clock: () => new Date(nowMs),
    seed: [{ owner: 'acme', name: 'widgets', branches: [{ name: 'main', commits: ['one'] }] }],
  });
});
afterEach(() => github.reset());
afterAll(() => github.stop());

const at = '/repos/acme/widgets';
async function call(method: string, path = at, json?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${github.url}${path}`, {
    ...{ method, headers: { authorization: 'Bearer first', ...headers } },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const create = (): Promise<{ status: number; headers: Headers; text: string }> =>
  call('POST', `${at}/git/refs`, { ref: 'nothing', sha: 'nothing' });
const hits = () => github.limits.report().hits;
const used = (name: string, headers: Headers) => Number(headers.get(`x-ratelimit-${name}`));

describe('the primary limit', () => {
  it('is told in every answer, refused when it is used up, and begins anew after its hour', async () => {
    github.limits.enforce({ primary_per_hour: 2 });
    const first = await call('GET');
    expect([
      used('limit', first.headers),
      used('remaining', first.headers),
      used('used', first.headers),
    ]).toEqual([2, 1, 1]);
    expect(first.headers.get('x-ratelimit-resource')).toBe('core');
    expect(used('reset', first.headers)).toBe(nowMs / 1_000 + 3_600);
    await call('GET');
    const refused = await call('GET');
    expect([refused.status, used('remaining', refused.headers)]).toEqual([403, 0]);
    expect(refused.headers.has('retry-after')).toBe(false);
    expect(refused.text).toContain('API rate limit exceeded for');
    expect((await call('GET', '/rate_limit')).status).toBe(200);
    nowMs += 3_600_000;
    expect((await call('GET')).status).toBe(200);
    expect(hits()).toMatchObject({ primary: 1, while_limited: 0 });
  });

  it('may be told by a 429', async () => {
    github.limits.enforce({ primary_per_hour: 1, primary_status: 429 });
    await call('GET');
    const refused = await call('GET');
    expect([refused.status, used('remaining', refused.headers)]).toEqual([429, 0]);
    expect(refused.headers.has('retry-after')).toBe(false);
  });

  it('is each token’s own', async () => {
    github.limits.enforce({ primary_per_hour: 1 });
    expect((await call('GET')).status).toBe(200);
    expect((await call('GET', at, undefined, { authorization: 'Bearer canary-1' })).status).toBe(200);
    expect(github.limits.report().callers).toMatchObject([
      { primary: { peak: 1, share: 1, total: 1 } },
      { primary: { peak: 1 } },
    ]);
    expect(JSON.stringify(github.limits.report())).not.toContain('canary-1');
  });

  it('is not used by what the client has already', async () => {
    github.limits.enforce({});
    const first = await call('GET');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[0-9a-f]{64}"$/);
    expect(first.headers.get('vary')).toContain('Authorization');
    const again = await call('GET', at, undefined, { 'if-none-match': etag });
    expect([again.status, again.text, used('used', again.headers)]).toEqual([304, '', 1]);
    expect(again.headers.get('etag')).toBe(etag);
    github.push('acme/widgets', 'main');
    const branch = await call('GET', `${at}/branches/main`, undefined, { 'if-none-match': etag });
    expect([branch.status, used('used', branch.headers)]).toEqual([200, 2]);
    expect(github.limits.report().callers).toMatchObject([{ not_modified: 1, requests: 3 }]);
  });
});

describe('the secondary limits', () => {
  it('count 1 point for a read and 5 for a write, in any minute', async () => {
    github.limits.enforce({ points_per_minute: 7 });
    for (const method of ['GET', 'POST', 'GET']) await call(method, `${at}/none`);
    const refused = await call('GET');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([403, '60']);
    expect(refused.text).toContain('You have exceeded a secondary rate limit');
    expect(used('remaining', refused.headers)).toBeGreaterThan(0);
    nowMs += 30_000;
    const early = await call('GET');
    expect([early.status, early.headers.get('retry-after')]).toEqual([403, '30']);
    nowMs += 30_000;
    expect((await call('GET')).status).toBe(200);
    expect(hits()).toMatchObject({ points_per_minute: 1, while_limited: 1, primary: 0 });
  });

  it('count what is created, in any minute and any hour, and may answer 429', async () => {
    const limits = {
      creates_per_minute: 2,
      creates_per_hour: 3,
      retry_after_s: 1,
      secondary_status: 429,
    } as const;
    github.limits.enforce(limits);
    const statuses: number[] = [];
    for (const pauseMs of [0, 0, 0, 60_000, 60_000]) {
      nowMs += pauseMs;
      statuses.push((await create()).status);
    }
    expect(statuses).toEqual([422, 422, 429, 422, 429]);
    expect(hits()).toMatchObject({ creates_per_minute: 1, creates_per_hour: 1 });
    expect(github.limits.report().callers).toMatchObject([
      { creates_per_minute: { peak: 2, share: 1 }, creates_per_hour: { peak: 3, total: 3 } },
    ]);
  });

  it('let so many run at once, until each has its answer', async () => {
    github.limits.enforce({ concurrent: 2 });
    github.faults.arm({ kind: 'hang_after', method: 'GET', path_pattern: '/releases', count: 2 });
    const hanging = [call('GET', `${at}/releases`), call('GET', `${at}/releases`)];
    await github.hangs.until('held', 2);
    expect((await call('GET')).status).toBe(403);
    github.hangs.release('proceed');
    expect((await Promise.all(hanging)).map(({ status }) => status)).toEqual([200, 200]);
    nowMs += 60_000;
    expect((await call('GET')).status).toBe(200);
    expect(hits()).toMatchObject({ concurrent: 1 });
    expect(github.limits.report().callers).toMatchObject([{ concurrent: { used: 0, peak: 2 } }]);
  });

  it('tell how close together writes came', async () => {
    github.limits.enforce({});
    for (const gapMs of [0, 1_000, 400, 2_000]) {
      nowMs += gapMs;
      await create();
    }
    expect(github.limits.report().callers).toMatchObject([
      { writes: { gap_ms: 1_000, shortest_gap_ms: 400, too_close: 1 } },
    ]);
  });

  it('last as long as the time scale says', async () => {
    github.limits.enforce({ time_scale: 0.001, creates_per_minute: 1 });
    await create();
    const refused = await create();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([403, '1']);
    nowMs += 60;
    expect((await create()).status).toBe(422);
  });
});

describe('the controls', () => {
  const control = async (path: string, body?: string) => {
    const init = body === undefined ? {} : { method: 'POST', body };
    const response = await fetch(`${github.url}/_sim/${path}`, init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('switch the limits on and off and tell what was used', async () => {
    expect((await control('limits')).body).toMatchObject({ enforced: null });
    const set = await control('limits', JSON.stringify({ points_per_minute: 1 }));
    expect(set.body).toMatchObject({ enforced: { points_per_minute: 1, concurrent: 100 } });
    await call('GET');
    await call('GET');
    expect((await control('limits')).body).toMatchObject({ hits: { points_per_minute: 1 } });
    await control('limits', 'null');
    expect((await call('GET')).status).toBe(200);
    expect((await control('limits', JSON.stringify({ points: 1 }))).status).toBe(400);
    expect((await control('limits', JSON.stringify({ time_scale: 0 }))).status).toBe(422);
  });
});
