import { getEventListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { GitHubError } from './errors.js';
import { always, type HostileServer, startHostileServer } from './testing/hostile-server.js';
import { at, clientOf, errorOf } from './testing/setup.js';

/* Tokens that change: what a provider gives, what a 401 makes of it, and that none of them goes anywhere else. */

const servers: HostileServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

async function start(answer: Parameters<typeof startHostileServer>[0]): Promise<HostileServer> {
  const server = await startHostileServer(answer);
  servers.push(server);
  return server;
}

const repository = {
  ...{ id: 1, name: 'widgets', owner: { login: 'acme' }, default_branch: 'main' },
  ...{ archived: false, private: false },
};

/** Accepts one token only; notes all it is shown. */
async function startPicky(accepted: string): Promise<{ url: string; shown: string[] }> {
  const shown: string[] = [];
  const { url } = await start((request: IncomingMessage, response: ServerResponse) => {
    const given = request.headers.authorization?.replace('Bearer ', '') ?? '';
    shown.push(given);
    const accepts = given === accepted;
    always(accepts ? 200 : 401, accepts ? repository : { message: 'Bad credentials' })(request, response);
  });
  return { url, shown };
}

/** Gives the old token until GitHub has refused it. */
const renewing = (asked: (string | undefined)[]) => async (rejected?: string) => {
  asked.push(rejected);
  return Promise.resolve(rejected === undefined ? 'token-old' : 'token-new');
};

const write = (url: string, options: Parameters<typeof clientOf>[1]) =>
  clientOf(url, options).createRef(at, 'refs/tags/v1', 'a'.repeat(40));

describe('a token provider', () => {
  it('is asked once for another token when a read is answered 401, and the read is sent again', async () => {
    const { url, shown } = await startPicky('token-new');
    const asked: (string | undefined)[] = [];
    const found = await clientOf(url, { token: renewing(asked) }).getRepository('acme', 'widgets');
    expect(found.id).toBe(1);
    expect(shown).toEqual(['token-old', 'token-new']);
    expect(asked).toEqual([undefined, 'token-old']);
  });

  it('is not asked a third time', async () => {
    const { url, shown } = await startPicky('token-other');
    const asked: (string | undefined)[] = [];
    const error = await errorOf(clientOf(url, { token: renewing(asked) }).getRepository('acme', 'widgets'));
    expect(error).toMatchObject({ code: 'unauthorized', status: 401, retry: 'terminal' });
    expect([shown.length, asked.length]).toEqual([2, 2]);
  });

  it('that has no other token leaves it at the 401', async () => {
    const { url, shown } = await startPicky('token-new');
    const error = await errorOf(clientOf(url, { token: () => 'token-old' }).getRepository('acme', 'widgets'));
    expect(error).toMatchObject({ code: 'unauthorized', status: 401, retry: 'terminal' });
    expect(shown).toEqual(['token-old']);
  });

  it('makes a write fail, certainly undone and to be tried again: it is never sent twice', async () => {
    const { url, shown } = await startPicky('token-new');
    const error = await errorOf(write(url, { token: renewing([]) }));
    expect(error).toMatchObject({
      code: 'token_replaced',
      retry: 'transient',
      uncertain: false,
      status: 401,
    });
    expect(shown).toEqual(['token-old']);
    const final = await errorOf(write(url, { token: () => 'token-old' }));
    expect(final).toMatchObject({ code: 'unauthorized', retry: 'terminal', uncertain: false });
  });

  it('that fails stops the request before it is sent', async () => {
    const { url, received } = await start(always(200, repository));
    const fault = new Error('vault sealed');
    const error = await errorOf(write(url, { token: () => Promise.reject(fault) }));
    expect(error).toMatchObject({ code: 'token_unavailable', retry: 'transient', cause: fault });
    expect(error.message).not.toContain('vault');
    expect(received).toEqual([]);
  });

  it('may say with a GitHubError what is wrong, but never that a write may have happened', async () => {
    const fault = new GitHubError('timeout', 'POST /app/installations/1/access_tokens had no answer.', {
      uncertain: true,
    });
    const { url } = await start(always(200, repository));
    const error = await errorOf(write(url, { token: () => Promise.reject(fault) }));
    expect(error).toMatchObject({ code: 'timeout', uncertain: false, message: fault.message });
  });

  it.each(['', 'two words', 'line\r\nx-evil: 1', 7, undefined])(
    'that gives %j sends nothing',
    async (given) => {
      const { url, received } = await start(always(200, repository));
      const error = await errorOf(write(url, { token: () => given as string }));
      expect(error).toMatchObject({ code: 'unauthorized', retry: 'terminal' });
      expect(received).toEqual([]);
    },
  );

  it('that never answers is given up, and left by its caller’s signal', async () => {
    const { url, received } = await start(always(200, repository));
    const token = () => new Promise<string>(() => undefined);
    expect(await errorOf(write(url, { token, requestTimeoutMs: 10 }))).toMatchObject({
      ...{ code: 'timeout', uncertain: false },
    });
    const stop = new AbortController();
    const stopped = errorOf(write(url, { token, signal: stop.signal }));
    stop.abort();
    expect(await stopped).toMatchObject({ code: 'aborted', uncertain: false });
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    expect(received).toEqual([]);
  });

  it('that fails after its caller has gone disturbs nobody', async () => {
    const { url } = await startPicky('token-new');
    const stop = new AbortController();
    const token = (rejected?: string) => {
      if (rejected === undefined) return 'token-old';
      stop.abort();
      return Promise.reject(new Error('too late'));
    };
    const read = clientOf(url, { token, signal: stop.signal }).getRepository('acme', 'widgets');
    expect(await errorOf(read)).toMatchObject({ code: 'aborted' });
  });

  it('X3: is not asked for an origin that is not allowed', async () => {
    let asked = 0;
    const token = () => {
      asked += 1;
      return 'token-new';
    };
    const { url } = await start(always(302, {}, { location: 'http://127.0.0.1:1/steal' }));
    expect(() => clientOf('http://attacker.test', { token })).toThrow(
      expect.objectContaining({ code: 'origin_refused' }),
    );
    expect(await errorOf(clientOf(url, { token }).getRepository('acme', 'widgets'))).toMatchObject({
      code: 'redirected',
    });
    expect(asked).toBe(1);
  });

  it('X3: has none of its tokens in an error, the replaced one included', async () => {
    const echo = await start((request, response) => {
      const all = `${request.headers.authorization} token-old token-new`;
      always(request.method === 'GET' ? 401 : 422, { message: all, errors: [all] })(request, response);
    });
    const client = clientOf(echo.url, { token: renewing([]) });
    const errors = [await errorOf(client.getRepository('acme', 'widgets'))];
    errors.push(await errorOf(client.createRef(at, 'refs/tags/v1', 'a'.repeat(40))));
    for (const error of errors) {
      const shown = `${JSON.stringify(error)} ${inspect(error, { depth: 20, showHidden: true })}`;
      expect(shown).toContain('[token]');
    }
    expect(inspect(errors[0], { depth: 20, showHidden: true })).not.toMatch(/token-(old|new)/);
  });
});
