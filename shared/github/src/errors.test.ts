import { inspect } from 'node:util';
import type { FaultSwitch, SimulatedGitHub } from '@marketops/local';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { GitHubError } from './errors.js';
import { always, type HostileServer, startHostileServer } from './testing/hostile-server.js';
import { at, canaryToken, clientOf, collect, errorOf, startWidgets } from './testing/setup.js';

/*
 * Every way a request can fail, each made real: by the simulated GitHub's fault switches, or by a server that answers
 * as GitHub never would. No error of any kind may show the token.
 */

let github: SimulatedGitHub;
const hostile: HostileServer[] = [];

beforeAll(async () => {
  github = await startWidgets();
});
afterEach(async () => {
  github.reset();
  await Promise.all(hostile.splice(0).map((server) => server.stop()));
});
afterAll(() => github.stop());

async function startHostile(answer: Parameters<typeof startHostileServer>[0]): Promise<HostileServer> {
  const server = await startHostileServer(answer);
  hostile.push(server);
  return server;
}

const newRef = (client = clientOf(github.url)) => {
  const sha = github.state.repository('acme/widgets').refs.get('refs/heads/main') ?? '';
  return client.createRef(at, 'refs/tags/v9', sha);
};
const refMade = (): boolean => github.state.tags('acme/widgets').has('v9');

/** Wherever an error can end up: JSON, a console, a log line. */
function expectNoToken(error: GitHubError): void {
  const shown = [JSON.stringify(error), inspect(error, { depth: 20, showHidden: true }), String(error.stack)];
  for (const text of shown) expect(text).not.toContain(canaryToken);
}

describe('faults of the connection and of GitHub, on a write', () => {
  const cases: [FaultSwitch, Partial<GitHubError>, boolean][] = [
    [{ kind: 'reset_before' }, { code: 'connection', retry: 'transient', uncertain: true }, false],
    [{ kind: 'reset_after' }, { code: 'connection', retry: 'transient', uncertain: true }, true],
    [{ kind: 'bad_gateway_before' }, { code: 'service_unavailable', status: 502, uncertain: true }, false],
    [{ kind: 'bad_gateway_after' }, { code: 'service_unavailable', status: 502, uncertain: true }, true],
    [
      { kind: 'secondary_429', retry_after_s: 7 },
      { code: 'rate_limited', retry: 'hold', status: 429, retryAfterMs: 7_000, uncertain: false },
      false,
    ],
    [
      { kind: 'redirect_307', location: 'https://attacker.invalid/' },
      { code: 'redirected', retry: 'terminal', status: 307, uncertain: false },
      false,
    ],
  ];

  it.each(cases)('%o', async (fault, expected, done) => {
    github.faults.arm(fault);
    const error = await errorOf(newRef());
    expect(error).toMatchObject(expected);
    expect(refMade()).toBe(done);
    // Once: nothing was repeated behind the caller's back.
    expect(github.requests.writes).toBe(1);
    expectNoToken(error);
  });

  it('tells how long a primary limit lasts', async () => {
    github.faults.arm({ kind: 'rate_limited_403', retry_after_s: 30 });
    const error = await errorOf(newRef());
    expect(error).toMatchObject({ code: 'rate_limited', retry: 'hold', status: 403 });
    expect(error.retryAfterMs).toBeGreaterThan(27_000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(31_000);
  });

  it('gives up on an answer that comes late, although it was done', async () => {
    github.faults.arm({ kind: 'slow', delay_ms: 60_000 });
    const error = await errorOf(newRef(clientOf(github.url, { requestTimeoutMs: 500 })));
    expect(error).toMatchObject({ code: 'timeout', retry: 'transient', uncertain: true });
    await expect.poll(refMade).toBe(true);
    expectNoToken(error);
  });

  it('is certain that nothing happened when nobody listened', async () => {
    const gone = await startHostileServer(() => undefined);
    await gone.stop();
    const error = await errorOf(newRef(clientOf(gone.url)));
    expect(error).toMatchObject({ code: 'connection', retry: 'transient', uncertain: false });
  });
});

describe('refusals', () => {
  it('of what is not there, of a wrong token, of an archived repository', async () => {
    const client = clientOf(github.url);
    expect(await errorOf(client.getRepository('acme', 'nothing'))).toMatchObject({ code: 'not_found' });
    const stranger = clientOf(github.url, { token: 'another-token' });
    const error = await errorOf(stranger.getRepository('acme', 'widgets'));
    expect(error).toMatchObject({ code: 'unauthorized', retry: 'terminal', status: 401 });
    expect(JSON.stringify(error)).not.toContain('another-token');
    github.state.repository('acme/widgets').archived = true;
    expect(await errorOf(newRef())).toMatchObject({ code: 'forbidden', status: 403, uncertain: false });
  });

  it('of values, with what GitHub said about each field', async () => {
    const fields = { tagName: 'v1', targetCommitish: 'nowhere', name: '', body: '', draft: false };
    const error = await errorOf(
      clientOf(github.url).createRelease(at, { ...fields, prerelease: false, makeLatest: 'true' }),
    );
    expect(error).toMatchObject({ code: 'validation_failed', status: 422, retry: 'terminal' });
    expect(error.faults).toContainEqual({
      ...{ resource: 'Release', field: 'target_commitish', code: 'invalid', message: null },
    });
    expect(error.requestId).toMatch(/^51D0:/);
  });

  it('of a renamed repository, because what answers there was not authorized', async () => {
    github.state.rename('acme/widgets', { name: 'gadgets' });
    const client = clientOf(github.url);
    expect(await errorOf(client.getRepository('acme', 'widgets'))).toMatchObject({
      code: 'redirected',
      status: 301,
    });
    expect(await errorOf(client.createRef(at, 'refs/tags/v9', 'a'.repeat(40)))).toMatchObject({
      ...{ code: 'redirected', status: 307 },
    });
  });

  const statuses: [number, Partial<GitHubError>][] = [
    [400, { code: 'validation_failed' }],
    [403, { code: 'forbidden' }],
    [408, { code: 'timeout', retry: 'transient' }],
    [409, { code: 'conflict' }],
    [410, { code: 'not_found' }],
    [451, { code: 'forbidden' }],
    [500, { code: 'service_unavailable' }],
    [503, { code: 'service_unavailable', retry: 'transient' }],
  ];
  it.each(statuses)('with status %i', async (status, expected) => {
    const { url } = await startHostile(always(status, { message: 'No' }));
    expect(await errorOf(clientOf(url).getRepository('acme', 'widgets'))).toMatchObject({
      status,
      ...expected,
    });
  });

  const limits: [string, Record<string, string>, string, number][] = [
    ['a retry-after', { 'retry-after': '5' }, 'No', 5_000],
    ['words about a secondary limit', {}, 'You have exceeded a secondary rate limit.', 60_000],
    ['a wait of years, cut to an hour', { 'retry-after': '999999999' }, 'No', 3_600_000],
    ['a wait that is over', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }, 'No', 0],
  ];
  it.each(limits)('with 403 and %s, which mean a rate limit', async (_, headers, message, ms) => {
    const { url } = await startHostile(always(403, { message }, headers));
    const error = await errorOf(clientOf(url).getRepository('acme', 'widgets'));
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: ms });
  });
});

describe('answers that are not GitHub’s', () => {
  it('are refused when they are too large, declared or not', async () => {
    const declared = await startHostile((_, response) => {
      response.writeHead(200, { 'content-length': '99999' }).write('x');
    });
    const endless = await startHostile((_, response) => {
      const pour = (): void => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', pour);
      pour();
    });
    for (const { url } of [declared, endless]) {
      const error = await errorOf(
        clientOf(url, { responseBytesMax: 10_000 }).getRepository('acme', 'widgets'),
      );
      expect(error).toMatchObject({ code: 'response_too_large', retry: 'terminal' });
    }
  });

  it('are refused when they never end, or break off', async () => {
    const never = await startHostile((_, response) => void response.writeHead(200).write('{'));
    const client = clientOf(never.url, { requestTimeoutMs: 50 });
    expect(await errorOf(client.getRepository('acme', 'widgets'))).toMatchObject({ code: 'timeout' });
    const broken = await startHostile((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{', () => request.socket.destroy());
    });
    const error = await errorOf(clientOf(broken.url).getRepository('acme', 'widgets'));
    expect(error).toMatchObject({ code: 'connection' });
  });

  const start = '{"name":"w","owner":{"login":"a"},"default_branch":"main","archived":false';
  it.each([
    ['lack a field', `${start},"id":1}`],
    ['have a field of another type', `${start},"id":1,"private":"no"}`],
    ['hold an id beyond 2^53', `${start},"id":9007199254740993,"private":false}`],
    ['are no object', '["x"]'],
  ])('are refused when they %s', async (_, text) => {
    const { url } = await startHostile((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    });
    const error = await errorOf(clientOf(url).getRepository('acme', 'widgets'));
    expect(error).toMatchObject({ code: 'invalid_response', retry: 'terminal', uncertain: false });
  });

  it('are refused when they are not JSON, or not HTTP; after a write that is uncertain', async () => {
    const html = await startHostile((_, response) => void response.writeHead(200).end('<html>'));
    expect(await errorOf(newRef(clientOf(html.url)))).toMatchObject({
      code: 'invalid_response',
      uncertain: true,
    });
    const noise = await startHostile((request) => void request.socket.end('SSH-2.0-noise\r\n'));
    const error = await errorOf(newRef(clientOf(noise.url)));
    expect(error).toMatchObject({ code: 'invalid_response', uncertain: true });
    expectNoToken(error);
  });

  it('cannot make an error show the token, nor forge a log line', async () => {
    const { url } = await startHostile((request, response) => {
      const echo = `${request.headers.authorization}\n\u001b[31mFORGED \u202e`;
      const errors = [{ resource: echo, message: echo }];
      always(422, { message: echo, errors }, { 'x-github-request-id': canaryToken })(request, response);
    });
    const error = await errorOf(newRef(clientOf(url)));
    expectNoToken({ ...error, stack: error.stack } as GitHubError);
    expect(error.message).toContain('[token]');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looks for exactly these
    expect(error.message).not.toMatch(/[\u0000-\u001f\u202e]/);
  });
});

describe('a caller’s signal', () => {
  it('stops a request in flight', async () => {
    const stop = new AbortController();
    const server = await startHostile(() => stop.abort(new Error('lease ends')));
    const asked = errorOf(newRef(clientOf(server.url, { signal: stop.signal })));
    expect(await asked).toMatchObject({ code: 'aborted', retry: 'hold', uncertain: true });
  });

  it('stops every later request before it is sent', async () => {
    const client = clientOf(github.url, { signal: AbortSignal.abort() });
    expect(await errorOf(client.getRepository('acme', 'widgets'))).toMatchObject({ code: 'aborted' });
    await expect(collect(client.listReleases(at))).rejects.toMatchObject({ code: 'aborted' });
    expect(github.requests.reads).toBe(0);
  });
});
