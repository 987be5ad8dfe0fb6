import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedGitHub, startSimulatedGitHub } from '../simulated-github.js';
import { appJwt, appKeys, asker } from '../testing/asker.js';

/* A GitHub App: its JWT, its installation's tokens, and that a token cannot do more than it was given for. */

const keys = appKeys();
const others = appKeys();
let now = new Date();
let github: SimulatedGitHub;
const ask = asker(() => github.url, 'unused');
const repo = '/repos/{owner}/{repo}';
const tokensTemplate = '/app/installations/{installation_id}/access_tokens';
const jwt = (claims: object = {}): string => appJwt(keys.privateKey, 77, claims);

beforeAll(async () => {
  github = await startSimulatedGitHub({
    clock: () => now,
    tokens: [
      'classic',
      { token: 'reader', permissions: { contents: 'read' }, repositories: ['acme/secret'] },
      { token: 'outsider', permissions: { contents: 'write' }, repositories: ['acme/widgets'] },
    ],
    apps: [
      {
        ...{ id: 77, slug: 'shipper', client_id: 'Iv1.shipper', public_key: keys.publicKey },
        installations: [
          {
            ...{ id: 501, account: 'acme', repositories: ['acme/widgets', 'acme/secret'] },
            permissions: { contents: 'write', pull_requests: 'write' },
          },
          { id: 502, account: 'other', permissions: { contents: 'read' }, suspended: true },
        ],
      },
      { id: 78, slug: 'else', public_key: others.publicKey, installations: [] },
    ],
    seed: [
      {
        owner: 'acme',
        name: 'widgets',
        branches: [
          { name: 'main', commits: ['one'] },
          { name: 'next', from: 'main', commits: ['two'] },
        ],
      },
      { owner: 'acme', name: 'secret', private: true },
      { owner: 'acme', name: 'unreached' },
    ],
  });
});
afterEach(() => {
  now = new Date();
  github.reset();
});
afterAll(() => github.stop());

async function mint(body: object = {}): Promise<Record<string, unknown>> {
  const made = await ask(tokensTemplate, '/app/installations/501/access_tokens', 201, {
    ...{ method: 'POST', json: body, token: jwt() },
  });
  return made as Record<string, unknown>;
}

async function call(token: string, method: string, path: string, json?: unknown) {
  const init = { method, headers: { authorization: `Bearer ${token}` } };
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  const response = await fetch(`${github.url}${path}`, { ...init, ...body });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('an App', () => {
  it('shows itself and its installations, as GitHub describes them', async () => {
    await ask('/app', '/app', 200, { token: jwt() });
    await ask('/app', '/app', 200, { token: appJwt(keys.privateKey, 'Iv1.shipper') });
    const installation = '/app/installations/{installation_id}';
    await ask(installation, '/app/installations/501', 200, { token: jwt() });
    await ask(installation, '/app/installations/9', 404, { token: jwt() });
    const found = await ask(`${repo}/installation`, '/repos/acme/widgets/installation', 200, {
      token: jwt(),
    });
    expect(found).toMatchObject({ id: 501, app_id: 77, app_slug: 'shipper' });
    await ask(`${repo}/installation`, '/repos/acme/unreached/installation', 404, { token: jwt() });
  });

  const nowS = (): number => Math.floor(Date.now() / 1_000);
  const refused: [string, () => string, string][] = [
    ['signed with another key', () => appJwt(others.privateKey, 77), 'could not be decoded'],
    ['of an App unknown', () => appJwt(keys.privateKey, 99), 'Integration not found'],
    ['without a signature', () => appJwt(keys.privateKey, 77, {}, 'none'), 'could not be decoded'],
    ['over already', () => jwt({ exp: nowS() - 1 }), "'exp') must be a numeric value"],
    ['valid for more than ten minutes', () => jwt({ exp: nowS() + 700 }), 'too far in the future'],
    ['issued in the future', () => jwt({ iat: nowS() + 300 }), "'iat') must be"],
    ['a token instead', () => 'classic', 'could not be decoded'],
  ];
  it.each(refused)('is refused with a JWT %s', async (_, made, message) => {
    const answer = await call(made(), 'GET', '/app');
    expect(answer.status).toBe(401);
    expect(answer.text).toContain(message);
  });

  it('gets no token for an installation that is not its own, or suspended', async () => {
    const of = (id: number, key = jwt()) => call(key, 'POST', `/app/installations/${id}/access_tokens`, {});
    expect((await of(501, appJwt(others.privateKey, 78))).status).toBe(404);
    expect((await of(502)).status).toBe(403);
    expect((await call(jwt(), 'GET', '/repos/acme/widgets')).status).toBe(403);
    expect((await call(jwt(), 'POST', '/repos/acme/widgets/releases', { tag_name: 'v1' })).status).toBe(403);
  });
});

describe('a token of an installation', () => {
  it('does what the installation may, and nothing beside it', async () => {
    const { token } = await mint();
    const at = String(token);
    const made = await call(at, 'POST', '/repos/acme/widgets/releases', { tag_name: 'v1', draft: true });
    expect([made.status, made.text]).toEqual([201, expect.stringContaining('shipper[bot]')]);
    expect((await call(at, 'GET', '/repos/acme/secret')).status).toBe(200);
    expect((await call(at, 'GET', '/repos/acme/unreached')).status).toBe(200);
    const beside = await call(at, 'POST', '/repos/acme/unreached/releases', { tag_name: 'v1' });
    expect([beside.status, beside.text]).toEqual([
      ...[403, expect.stringContaining('Resource not accessible by integration')],
    ]);
    expect((await call(at, 'GET', '/user')).status).toBe(403);
  });

  it('that is pared down does only what is left', async () => {
    const { id } = github.state.repository('acme/widgets');
    const made = await mint({
      permissions: { pull_requests: 'write', contents: 'read' },
      repository_ids: [id],
    });
    expect(made).toMatchObject({
      permissions: { pull_requests: 'write', contents: 'read', metadata: 'read' },
      ...{ repository_selection: 'selected', repositories: [{ id }] },
    });
    const token = String(made['token']);
    const pull = { title: 'T', head: 'next', base: 'main' };
    expect((await call(token, 'POST', '/repos/acme/widgets/pulls', pull)).status).toBe(201);
    const release = await call(token, 'POST', '/repos/acme/widgets/releases', { tag_name: 'v1' });
    expect([release.status, release.headers.get('x-accepted-github-permissions')]).toEqual([
      ...[403, 'contents=write'],
    ]);
    expect((await call(token, 'GET', '/repos/acme/secret')).status).toBe(404);
  });

  it('can be asked for no more than the installation has', async () => {
    const ask422 = (body: object) => call(jwt(), 'POST', '/app/installations/501/access_tokens', body);
    const more = await ask422({ permissions: { administration: 'write' } });
    expect([more.status, more.text]).toEqual([422, expect.stringContaining('not granted')]);
    const { id } = github.state.repository('acme/unreached');
    const elsewhere = await ask422({ repository_ids: [id] });
    expect([elsewhere.status, elsewhere.text]).toEqual([
      ...[422, expect.stringContaining('not accessible to the parent installation')],
    ]);
  });

  it('ends after an hour, and when it is revoked', async () => {
    const { token, expires_at } = await mint();
    expect(Date.parse(String(expires_at)) - now.getTime()).toBeGreaterThan(3_590_000);
    now = new Date(now.getTime() + 3_599_000);
    expect((await call(String(token), 'GET', '/repos/acme/secret')).status).toBe(200);
    now = new Date(now.getTime() + 1_000);
    expect((await call(String(token), 'GET', '/repos/acme/secret')).status).toBe(401);
    now = new Date();
    const again = String((await mint())['token']);
    github.credentials.revoke(again);
    expect((await call(again, 'GET', '/repos/acme/widgets')).status).toBe(401);
  });
});

describe('a fine-grained token', () => {
  it('reads where it may read, and is told what it lacks where it may not write', async () => {
    expect((await call('reader', 'GET', '/repos/acme/secret/releases')).status).toBe(200);
    expect((await call('reader', 'GET', '/repos/acme/secret/pulls')).status).toBe(403);
    const refused = await call('reader', 'POST', '/repos/acme/secret/releases', { tag_name: 'v1' });
    expect(refused.text).toContain('Resource not accessible by personal access token');
    expect((await call('outsider', 'GET', '/repos/acme/secret')).status).toBe(404);
    expect((await call('classic', 'GET', '/repos/acme/secret')).status).toBe(200);
  });

  it('sees drafts only where it may write', async () => {
    const secret = '/repos/acme/secret/releases';
    await call('classic', 'POST', secret, { tag_name: 'v1', draft: true });
    expect((await call('reader', 'GET', secret)).text).toBe('[]');
    expect((await call('classic', 'GET', secret)).text).toContain('"draft":true');
  });

  it('reaches a repository under its new name, and is redirected there from the old one', async () => {
    const { id } = github.state.rename('acme/secret', { name: 'hidden' });
    expect((await call('reader', 'GET', '/repos/acme/secret/releases')).status).toBe(200);
    expect((await call('reader', 'GET', `/repositories/${id}/releases`)).status).toBe(200);
    expect((await call('outsider', 'GET', '/repos/acme/secret/releases')).status).toBe(404);
  });
});
