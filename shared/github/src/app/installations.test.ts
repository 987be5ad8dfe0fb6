import { generateKeyPairSync, verify } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { testKeyPem } from '../testing/app-key.js';
import { always, type HostileServer, startHostileServer } from '../testing/hostile-server.js';
import { at, clientOf, errorOf } from '../testing/setup.js';
import { createAppTokens } from './app-tokens.js';
import { type AppInstallations, createAppInstallations, underKey } from './installations.js';

/* An App's key that is replaced: GitHub knows one of two. */

const servers: HostileServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

const other = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const otherPem = other.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const signedByOther = (jwt: string): boolean => {
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  const signed = Buffer.from(`${header}.${payload}`);
  return verify('RSA-SHA256', signed, other.publicKey, Buffer.from(signature, 'base64url'));
};

/** Accepts what the other key signed, and gives a token for it. */
async function startApp(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = await startHostileServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const bearer = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (request.method === 'GET') return always(404, { message: 'Not Found' })(request, response);
    if (!signedByOther(bearer)) return always(401, { message: 'Bad credentials' })(request, response);
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    always(201, { token: 'ghs_of_the_other', expires_at, permissions: { metadata: 'read' } })(
      request,
      response,
    );
  });
  servers.push(server);
  return { url: server.url, asked };
}

const installed = (url: string, privateKeyPem: string): AppInstallations =>
  createAppInstallations({ appId: 1, privateKeyPem, installationId: 7, apiUrl: url, userAgent: 'test' });
const metadata = { permissions: { metadata: 'read' } } as const;

describe('an App key that GitHub no longer knows', () => {
  it('given there is another one by now, then it is used, and the write is made with its token', async () => {
    const { url, asked } = await startApp();
    let held = installed(url, testKeyPem);
    const next = installed(url, otherPem);
    const key = {
      current: () => held,
      after: async () => {
        held = next;
        return Promise.resolve(next);
      },
    };
    const token = underKey(key, at, metadata);
    expect(await clientOf(url, { token }).getRelease(at, 1)).toBeNull();
    const exchange = 'POST /app/installations/7/access_tokens';
    expect(asked).toEqual([exchange, exchange, 'GET /repos/acme/widgets/releases/1']);
  });

  it('given there is none, then GitHub’s refusal is told, after asking once', async () => {
    const { url, asked } = await startApp();
    const held = installed(url, testKeyPem);
    const key = { current: () => held, after: async () => Promise.resolve(held) };
    const token = underKey(key, at, metadata);
    expect(await errorOf(clientOf(url, { token }).getRelease(at, 1))).toMatchObject({ code: 'unauthorized' });
    expect(asked).toHaveLength(1);
  });
});

describe('an App whose installation is not named', () => {
  const unnamed = (privateKeyPem: string, url = 'http://127.0.0.1:1') =>
    createAppInstallations({ appId: 1, privateKeyPem, apiUrl: url, userAgent: 'test' });

  it('given a repository, then its installation is the one asked, and found once for it', async () => {
    const asked: string[] = [];
    const server = await startHostileServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      if (request.method === 'GET') return always(200, { id: asked.length })(request, response);
      always(201, { token: `ghs_${asked.length}`, expires_at, permissions: {} })(request, response);
    });
    servers.push(server);
    const app = unnamed(testKeyPem, server.url);
    const token = (name: string, level: 'read' | 'write') =>
      app.tokensFor({ owner: 'acme', name }).pared({ permissions: { contents: level } })();
    await token('widgets', 'read');
    await token('Widgets', 'write');
    await token('website', 'read');
    expect(asked).toEqual([
      'GET /repos/acme/widgets/installation',
      'POST /app/installations/1/access_tokens',
      'POST /app/installations/1/access_tokens',
      'GET /repos/acme/website/installation',
      'POST /app/installations/4/access_tokens',
    ]);
  });

  it('given no repository either, or a key that is none, then that is told at once', () => {
    expect(() => unnamed(testKeyPem).tokensFor(undefined)).toThrow(
      expect.objectContaining({ code: 'validation_failed' }),
    );
    expect(() => unnamed('no key')).toThrow(expect.objectContaining({ code: 'validation_failed' }));
  });
});

describe('scopes of App tokens', () => {
  it('given more than 1,000, then those asked for last are remembered, and none is refused', async () => {
    const { url, asked } = await startApp();
    const tokens = createAppTokens({
      ...{ appId: 1, privateKeyPem: otherPem, installationId: 7, apiUrl: url, userAgent: 'test' },
    });
    const scopeOf = (id: number) => ({ permissions: { metadata: 'read' as const }, repositoryIds: [id] });
    const first = tokens.pared(scopeOf(1));
    for (let id = 2; id <= 1_000; id += 1) tokens.pared(scopeOf(id));
    expect(tokens.pared(scopeOf(1))).toBe(first);
    const second = tokens.pared(scopeOf(2));
    for (let id = 1_001; id <= 2_100; id += 1) tokens.pared(scopeOf(id));
    expect(tokens.pared(scopeOf(2))).not.toBe(second);
    expect(asked).toEqual([]);
  });
});
