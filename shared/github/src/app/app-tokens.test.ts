import { createVerify, generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { GitHubError } from '../errors.js';
import { testKeyPem, testPublicKey } from '../testing/app-key.js';
import { always, type HostileServer, startHostileServer } from '../testing/hostile-server.js';
import { at, clientOf, errorOf } from '../testing/setup.js';
import type { PlannedRequest } from '../transport/observing.js';
import { appKey } from './app-key.js';
import { type AppTokensOptions, createAppTokens } from './app-tokens.js';

const servers: HostileServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

interface AppServer {
  readonly url: string;
  /** `GET /path`, and the bodies and signatures that came with them. */
  readonly asked: string[];
  readonly bodies: unknown[];
  readonly signatures: string[];
  /** Answers a request for a token instead. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  permissions: Record<string, string>;
  lifetimeMs: number;
}

let nowMs = 0;

async function startApp(): Promise<AppServer> {
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  let made = 0;
  const server = await startHostileServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      app.asked.push(`${request.method} ${request.url}`);
      app.signatures.push(request.headers.authorization?.replace('Bearer ', '') ?? '');
      const text = Buffer.concat(chunks).toString();
      if (text !== '') app.bodies.push(JSON.parse(text));
      if (request.method === 'GET') return always(200, { id: 99, suspended_at: null })(request, response);
      if (app.answer !== undefined) return app.answer(request, response);
      made += 1;
      const expires_at = new Date(nowMs + app.lifetimeMs).toISOString().replace(/\.\d+/, '');
      const { permissions } = app;
      const { repository_ids: ids } = JSON.parse(text === '' ? '{}' : text) as { repository_ids?: number[] };
      const whose =
        ids === undefined
          ? { repository_selection: 'all' }
          : { repository_selection: 'selected', repositories: ids.map((id) => ({ id })) };
      always(201, { token: `ghs_${made}`, expires_at, permissions, ...whose })(request, response);
    });
  });
  servers.push(server);
  const app: AppServer = {
    ...{ url: server.url, asked: [], bodies: [], signatures: [], answer: undefined },
    ...{ permissions: { contents: 'write', metadata: 'read' }, lifetimeMs: 3_600_000 },
  };
  return app;
}

const tokensOf = ({ url }: { url: string }, options: Partial<AppTokensOptions> = {}) =>
  createAppTokens({
    ...{ appId: 12_345, privateKeyPem: testKeyPem, installationId: 7, apiUrl: url },
    ...{ userAgent: 'marketops-test', now: () => nowMs, ...options },
  } as AppTokensOptions);

const minutes = (count: number): number => count * 60_000;

describe('tokens of an App', () => {
  it('are asked for with a signature that the App’s public key verifies, good for ten minutes at most', async () => {
    const app = await startApp();
    expect(await tokensOf(app).token()).toBe('ghs_1');
    expect(app.asked).toEqual(['POST /app/installations/7/access_tokens']);
    const [header = '', payload = '', signature = ''] = app.signatures[0]?.split('.') ?? [];
    const verify = createVerify('RSA-SHA256').update(`${header}.${payload}`);
    expect(verify.verify(testPublicKey, signature, 'base64url')).toBe(true);
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, number>;
    expect(claims['iss']).toBe(12_345);
    expect((claims['exp'] ?? 0) - (claims['iat'] ?? 0)).toBeLessThanOrEqual(600);
  });

  it('are found by a repository, whose installation is asked for once', async () => {
    const app = await startApp();
    const tokens = createAppTokens({
      ...{ appId: 'Iv1.abc', privateKeyPem: testKeyPem, repository: at, apiUrl: app.url },
      ...{ userAgent: 'marketops-test', now: () => nowMs },
    });
    await tokens.token();
    await tokens.pared({ permissions: { contents: 'write' } })();
    expect(app.asked).toEqual([
      'GET /repos/acme/widgets/installation',
      'POST /app/installations/99/access_tokens',
      'POST /app/installations/99/access_tokens',
    ]);
  });

  it('are renewed five minutes before they end, and not before', async () => {
    const app = await startApp();
    const { token } = tokensOf(app);
    expect(await token()).toBe('ghs_1');
    nowMs += minutes(54);
    expect(await token()).toBe('ghs_1');
    nowMs += minutes(1);
    expect(await token()).toBe('ghs_2');
    expect(await token()).toBe('ghs_2');
  });

  it('are fetched once, however many ask at the same time', async () => {
    const app = await startApp();
    const { token } = tokensOf(app);
    const given = await Promise.all(Array.from({ length: 50 }, async () => token()));
    expect(new Set(given)).toEqual(new Set(['ghs_1']));
    expect(app.asked.length).toBe(1);
  });

  it('serve on until half a minute before their end when renewing fails for the moment', async () => {
    const app = await startApp();
    const { token } = tokensOf(app);
    await token();
    app.answer = always(502, { message: 'Bad gateway' });
    nowMs += minutes(57);
    expect(await token()).toBe('ghs_1');
    nowMs += minutes(2.6);
    expect(await errorOf(Promise.resolve(token()))).toMatchObject({ code: 'service_unavailable' });
    app.answer = undefined;
    expect(await token()).toBe('ghs_2');
  });

  it('do not serve on when the App may no longer have any', async () => {
    const app = await startApp();
    const { token } = tokensOf(app);
    await token();
    app.answer = always(403, { message: 'This installation has been suspended' });
    nowMs += minutes(56);
    expect(await errorOf(Promise.resolve(token()))).toMatchObject({ code: 'forbidden', retry: 'terminal' });
  });

  it('are held for an hour at most, whatever a clock that is behind makes of their end', async () => {
    const app = await startApp();
    app.lifetimeMs = minutes(600);
    const { token } = tokensOf(app);
    await token();
    nowMs += minutes(56);
    expect(await token()).toBe('ghs_2');
  });

  it('that GitHub refuses are replaced, once for all who were refused', async () => {
    const app = await startApp();
    const { token } = tokensOf(app);
    const first = await token();
    const given = await Promise.all([token(first), token(first), token(first)]);
    expect(given).toEqual(['ghs_2', 'ghs_2', 'ghs_2']);
    expect(await token(first)).toBe('ghs_2');
    expect(app.asked.length).toBe(2);
  });

  it('serve a client', async () => {
    const app = await startApp();
    const shown: (string | undefined)[] = [];
    const github = await startHostileServer((request, response) => {
      shown.push(request.headers.authorization);
      always(404, { message: 'Not Found' })(request, response);
    });
    servers.push(github);
    expect(await clientOf(github.url, { token: tokensOf(app).token }).getRelease(at, 1)).toBeNull();
    expect(shown).toEqual(['Bearer ghs_1']);
  });

  it('let an observer see their requests', async () => {
    const app = await startApp();
    const planned: PlannedRequest[] = [];
    const observer = {
      beforeRequest: (one: PlannedRequest) => void planned.push(one),
      afterResponse: () => undefined,
    };
    await tokensOf(app, { observer }).token();
    expect(planned).toMatchObject([
      { method: 'POST', path: '/app/installations/7/access_tokens', points: 5 },
    ]);
  });
});

describe('a scope', () => {
  it('is asked for, and two written differently are one', async () => {
    const app = await startApp();
    const tokens = tokensOf(app, { permissions: { contents: 'write' }, repositoryIds: [2, 1] });
    await tokens.token();
    await tokens.pared({ repositoryIds: [1, 2, 2], permissions: { contents: 'write' } })();
    expect(app.bodies).toEqual([{ permissions: { contents: 'write' }, repository_ids: [1, 2] }]);
  });

  it.each([
    [{ permissions: {} }],
    [{ repositoryIds: [] }],
    [{ permissions: { 'contents\n': 'write' } }],
    [{ permissions: { contents: 'everything' } }],
    [{ repositoryIds: [0] }],
    [{ repositoryIds: Array.from({ length: 501 }, (_, index) => index + 1) }],
  ])('that means nothing, or everything, is refused: %j', (scope) => {
    expect(() => tokensOf({ url: 'http://127.0.0.1:1' }).pared(scope as never)).toThrow(
      expect.objectContaining({ code: 'validation_failed' }),
    );
  });

  const asked = { permissions: { contents: 'write', pull_requests: 'read' }, repositoryIds: [1, 2] } as const;
  it.each([
    ['a kind more', { permissions: { administration: 'read' } }],
    ['a level more', { permissions: { pull_requests: 'write' } }],
    ['more metadata than reading', { permissions: { metadata: 'write' } }],
    ['all repositories', { repository_selection: 'all' }],
    ['another repository', { repositories: [{ id: 3 }] }],
    ['it does not say for which repositories', { repositories: undefined }],
    ['permissions it does not name', { permissions: undefined }],
  ])('is held against what GitHub gives: %s is refused', async (_, more) => {
    const app = await startApp();
    const given = {
      ...{ token: 'ghs_x', expires_at: '2026-01-01T01:00:00Z', repository_selection: 'selected' },
      ...{ permissions: { contents: 'read' }, ...more },
    };
    app.answer = always(201, given);
    const error = await errorOf(Promise.resolve(tokensOf(app).pared(asked)()));
    expect(error).toMatchObject({ code: 'invalid_response', retry: 'terminal' });
    expect(error.message).toContain('more than was asked');
  });
});

describe('what goes wrong', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1_024 });
  const curve = generateKeyPairSync('ed25519');
  it.each([
    ['nothing', ''],
    ['no key', 'canary-not-a-key'],
    ['a piece of one', testKeyPem.slice(0, 300)],
    ['a public key', testPublicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['a short key', small.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['another kind of key', curve.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ])('with %s in place of the key is told at once, without the text', (_, privateKeyPem) => {
    let thrown: unknown;
    try {
      tokensOf({ url: 'http://127.0.0.1:1' }, { privateKeyPem });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'validation_failed', retry: 'terminal' });
    expect((thrown as GitHubError).cause).toBeUndefined();
    expect(inspect(thrown, { depth: 20, showHidden: true })).not.toMatch(/canary|BEGIN/);
  });

  it.each([
    [{ apiUrl: 'http://github.example/api/v3' }, 'origin_refused'],
    [{ installationId: 0 }, 'validation_failed'],
    [{ installationId: undefined, repository: { owner: 'acme', name: '..' } }, 'validation_failed'],
    [{ appId: '../1' }, 'validation_failed'],
    [{ userAgent: '' }, 'validation_failed'],
  ])('with %j is told at once', (options, code) => {
    expect(() => tokensOf({ url: 'http://127.0.0.1:1' }, options as never)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it.each([
    [401, 'unauthorized'],
    [404, 'not_found'],
    [422, 'validation_failed'],
    [301, 'redirected'],
    [500, 'service_unavailable'],
  ])('with %i is typed, and never uncertain for the one who wanted to write', async (status, code) => {
    const app = await startApp();
    app.answer = always(status, { message: 'No' }, { location: 'http://attacker.test/' });
    const client = clientOf(app.url, { token: tokensOf(app).token });
    const error = await errorOf(client.createRef(at, 'refs/tags/v1', 'a'.repeat(40)));
    expect(error).toMatchObject({ code, uncertain: false });
    expect(app.asked).toEqual(['POST /app/installations/7/access_tokens']);
  });

  it.each([
    ['an expiry nobody can read', { token: 'ghs_x', expires_at: 'soon' }],
    ['no token', { expires_at: '2026-01-01T01:00:00Z' }],
    ['a token that breaks out of its header', { token: 'x\r\ny: z', expires_at: '2026-01-01T01:00:00Z' }],
  ])('with %s is refused', async (_, given) => {
    const app = await startApp();
    app.answer = always(201, given);
    const error = await errorOf(Promise.resolve(tokensOf(app).token()));
    expect(['invalid_response', 'unauthorized']).toContain(error.code);
  });

  it('with a refused signature is not tried again with another one', async () => {
    const sign = appKey(1, testKeyPem);
    expect(await sign('refused')).toBe('refused');
    expect(await sign()).toMatch(/^eyJ/);
  });

  it('X3: shows neither key, signature nor token', async () => {
    const app = await startApp();
    const tokens = tokensOf(app);
    const token = await tokens.token();
    const keyLine = testKeyPem.split('\n')[1] ?? '';
    expect(inspect(tokens, { depth: 20, showHidden: true })).not.toContain(keyLine);
    expect(inspect(tokens, { depth: 20, showHidden: true })).not.toContain(token);
    app.answer = (request, response) =>
      always(422, { message: `${token} ${request.headers.authorization}` })(request, response);
    nowMs += minutes(60);
    const error = await errorOf(Promise.resolve(tokens.token()));
    const shown = `${JSON.stringify(error)} ${inspect(error, { depth: 20, showHidden: true })}`;
    expect(shown).toContain('[token]');
    expect(shown).not.toContain(app.signatures.at(-1));
    expect(shown).not.toContain(token);
    expect(shown).not.toContain(keyLine);
  });
});
