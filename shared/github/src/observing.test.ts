import { afterEach, describe, expect, it } from 'vitest';
import { GitHubError } from './errors.js';
import { always, type HostileServer, startHostileServer } from './testing/hostile-server.js';
import { at, clientOf, errorOf } from './testing/setup.js';
import type { PlannedRequest, RequestObserver, RequestOutcome } from './transport/observing.js';
import { rateLimitIn } from './transport/rate-limit.js';

const servers: HostileServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

async function start(answer: Parameters<typeof startHostileServer>[0]): Promise<HostileServer> {
  const server = await startHostileServer(answer);
  servers.push(server);
  return server;
}

const refMade = { ref: 'refs/tags/v1', object: { type: 'commit', sha: 'a'.repeat(40) } };
const write = (url: string, options: Parameters<typeof clientOf>[1]) =>
  clientOf(url, options).createRef(at, 'refs/tags/v1', 'a'.repeat(40));

function noting(before: RequestObserver['beforeRequest'] = () => undefined) {
  const planned: PlannedRequest[] = [];
  const outcomes: RequestOutcome[] = [];
  const observer: RequestObserver = {
    beforeRequest: (request) => {
      planned.push(request);
      return before(request);
    },
    afterResponse: (outcome) => void outcomes.push(outcome),
  };
  return { planned, outcomes, observer };
}

describe('an observer', () => {
  it('sees every request as GitHub counts it, and what became of it', async () => {
    const headers = {
      ...{ 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4321', 'x-ratelimit-used': '679' },
      ...{ 'x-ratelimit-reset': '1700000000', 'x-ratelimit-resource': 'core' },
    };
    const { url } = await start(always(201, refMade, headers));
    const { planned, outcomes, observer } = noting();
    await write(url, { observer });
    await errorOf(clientOf(url, { observer }).getRelease(at, 7));
    expect(planned).toEqual([
      { method: 'POST', path: '/repos/acme/widgets/git/refs', points: 5, creates: true, signal: undefined },
      { method: 'GET', path: '/repos/acme/widgets/releases/7', points: 1, creates: false, signal: undefined },
    ]);
    expect(outcomes.map(({ request }) => request)).toEqual(planned);
    expect(outcomes[0]?.request).toBe(planned[0]);
    expect(outcomes[0]).toMatchObject({ sent: true, status: 201, headers });
    expect(outcomes[0]?.rateLimit).toMatchObject({
      budget: { resource: 'core', limit: 5_000, used: 679, remaining: 4_321, resetAtMs: 1_700_000_000_000 },
      ...{ limited: null, retryAfterMs: null },
    });
  });

  it('is waited for before anything is sent, and before the kill switch is asked', async () => {
    const { url, received } = await start(always(201, refMade));
    const order: string[] = [];
    let waiting = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      waiting = resolve;
    });
    let letGo = (): void => undefined;
    const { observer } = noting(() => {
      order.push(`waiting, ${received.length} sent`);
      waiting();
      return new Promise<void>((resolve) => {
        letGo = resolve;
      });
    });
    const writing = write(url, { observer, beforeWrite: () => void order.push('kill switch') });
    await asked;
    order.push(`let go, ${received.length} sent`);
    letGo();
    await writing;
    expect(order).toEqual(['waiting, 0 sent', 'let go, 0 sent', 'kill switch']);
  });

  it('may stop a request: with a GitHubError as it is, with anything else as aborted', async () => {
    const { url, received } = await start(always(201, refMade));
    const hold = new GitHubError('rate_limited', 'The budget is spent.', { retryAfterMs: 1_234 });
    const other = new Error('Redis is gone');
    for (const [thrown, expected] of [
      [hold, { code: 'rate_limited', retry: 'hold', retryAfterMs: 1_234, uncertain: false }],
      [other, { code: 'aborted', retry: 'hold', cause: other, uncertain: false }],
    ] as const) {
      const { observer, outcomes } = noting(() => Promise.reject(thrown));
      expect(await errorOf(write(url, { observer }))).toMatchObject(expected);
      expect(outcomes).toEqual([]);
    }
    expect(received).toEqual([]);
  });

  it('is told once of every request it let through, whatever became of it', async () => {
    const broken = await start((request) => request.socket.destroy());
    const limited = await start(always(403, { message: 'You have exceeded a secondary rate limit' }));
    const frozen = () => Promise.reject(new Error('frozen'));
    const cases: [string, Parameters<typeof clientOf>[1], object][] = [
      [broken.url, {}, { sent: true, status: null, headers: {} }],
      [
        limited.url,
        {},
        { sent: true, status: 403, rateLimit: { limited: 'secondary', retryAfterMs: 60_000 } },
      ],
      [limited.url, { beforeWrite: frozen }, { sent: false, status: null }],
    ];
    for (const [url, options, expected] of cases) {
      const { observer, outcomes } = noting();
      await errorOf(write(url, { observer, ...options }));
      expect(outcomes.length).toBe(1);
      expect(outcomes[0]).toMatchObject(expected);
    }
  });

  it('that lets through a request whose caller has gone gets it back as not sent', async () => {
    const { url, received } = await start(always(201, refMade));
    const stop = new AbortController();
    let admit = (): void => undefined;
    const told = new Promise<RequestOutcome>((resolve) => {
      const observer: RequestObserver = {
        beforeRequest: (request) => {
          expect(request.signal).toBe(stop.signal);
          return new Promise<void>((done) => {
            admit = done;
            setImmediate(() => stop.abort());
          });
        },
        afterResponse: resolve,
      };
      errorOf(write(url, { observer, signal: stop.signal })).then(
        (error) => {
          expect(error).toMatchObject({ code: 'aborted', uncertain: false });
          admit();
        },
        () => undefined,
      );
    });
    expect(await told).toMatchObject({ sent: false, status: null });
    expect(received).toEqual([]);
  });

  it('that fails afterwards makes no failure of what has happened', async () => {
    const { url } = await start(always(201, refMade));
    for (const afterResponse of [
      () => Promise.reject(new Error('Redis is gone')),
      () => {
        throw new Error('a defect');
      },
    ]) {
      const observer = { beforeRequest: () => undefined, afterResponse };
      expect(await write(url, { observer })).toMatchObject({ ref: 'refs/tags/v1' });
    }
  });
});

describe('the rate limit an answer tells', () => {
  const reset = { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '100' };
  const date = new Date(40_000).toUTCString();
  const refusals: [string, number, Record<string, string>, string, object][] = [
    [
      'primary',
      403,
      { ...reset, date },
      '',
      { limited: 'primary', retryAfterMs: 60_000, serverNowMs: 40_000 },
    ],
    [
      'secondary',
      429,
      { 'retry-after': '9' },
      '',
      { limited: 'secondary', retryAfterMs: 9_000, budget: null },
    ],
    ['no limit', 403, {}, '{"message":"Resource not accessible"}', { limited: null, retryAfterMs: null }],
    ['its end, without a limit', 200, reset, '', { limited: null, budget: { used: 60, remaining: 0 } }],
  ];
  it.each(refusals)('is %s', (_, status, headers, text, expected) => {
    expect(rateLimitIn(headers, { status, text })).toMatchObject(expected);
  });

  it.each(['-1', '1e9', 'NaN', '', ' 5', '99999999999999'])('is nothing where a header is %j', (odd) => {
    expect(rateLimitIn({ ...reset, 'x-ratelimit-remaining': odd }).budget).toBeNull();
  });
});
