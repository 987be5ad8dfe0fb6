import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedGitHub, startSimulatedGitHub } from './simulated-github.js';

/* Repositories that move, vanish and come back; releases that cannot be changed; what others do over the controls. */

let github: SimulatedGitHub;
beforeAll(async () => {
  github = await startSimulatedGitHub({
    separateUploads: true,
    seed: [
      {
        owner: 'acme',
        name: 'widgets',
        branches: [
          { name: 'main', commits: ['one'] },
          { name: 'next', from: 'main', commits: ['two'] },
        ],
        immutable_releases: true,
      },
      {
        ...{ owner: 'mallory', name: 'widgets', fork_of: 'acme/widgets', id: 42 },
        branches: [{ name: 'fix', from: 'main', commits: ['fix'] }],
      },
      {
        ...{ owner: 'mallory', name: 'other-fork', fork_of: 'acme/widgets', id: 43 },
        branches: [{ name: 'fix', from: 'main', commits: ['other fix'] }],
      },
    ],
  });
});
afterEach(() => github.reset());
afterAll(() => github.stop());

const at = '/repos/acme/widgets';
async function call(method: string, path: string, json?: unknown, base = github.url) {
  const response = await fetch(`${base}${path}`, {
    ...{ method, redirect: 'manual', headers: { authorization: 'Bearer any', 'content-type': 'text/plain' } },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  const body: unknown = text === '' ? {} : JSON.parse(text);
  return { status: response.status, location: response.headers.get('location'), body };
}
const control = (name: string, body: object) => call('POST', `/_sim/${name}`, body);

describe('a repository that was renamed or transferred', () => {
  it('is redirected to by its id, on either host, and answers there', async () => {
    const { body } = await control('rename', { repository: 'acme/widgets', owner: 'other', name: 'gadgets' });
    const { id, full_name } = body as { id: number; full_name: string };
    expect(full_name).toBe('other/gadgets');
    const read = await call('GET', `${at}/releases?per_page=5`);
    const location = `${github.url}/repositories/${id}/releases?per_page=5`;
    expect([read.status, read.location, read.body]).toEqual([
      ...[301, location, expect.objectContaining({ message: 'Moved Permanently', url: location })],
    ]);
    expect((await call('GET', `/repositories/${id}/releases?per_page=5`)).status).toBe(200);
    expect((await call('GET', `/repositories/${id}`)).body).toMatchObject({ id, full_name });
    const write = await call('POST', `${at}/releases`, { tag_name: 'v1' });
    expect([write.status, write.location]).toEqual([307, `${github.url}/repositories/${id}/releases`]);
    const upload = await call('POST', `${at}/releases/1/assets?name=a`, {}, github.uploadsUrl);
    expect(upload.location).toBe(`${github.uploadsUrl}/repositories/${id}/releases/1/assets?name=a`);
  });

  it('is gone when it was deleted, and another one when it was made anew', async () => {
    const before = github.state.repository('acme/widgets').id;
    await control('rename', { repository: 'acme/widgets', name: 'gadgets' });
    await control('delete', { repository: 'acme/gadgets' });
    expect((await call('GET', at)).status).toBe(404);
    expect((await call('GET', `/repositories/${before}`)).status).toBe(404);
    await control('repositories', { owner: 'acme', name: 'widgets' });
    const anew = (await call('GET', at)).body as { id: number };
    expect(anew.id).not.toBe(before);
  });
});

describe('an immutable release', () => {
  const publish = async (tag: string): Promise<number> => {
    const { body } = await call('POST', `${at}/releases`, { tag_name: tag, target_commitish: 'main' });
    expect(body).toMatchObject({ immutable: true });
    return (body as { id: number }).id;
  };
  const upload = (id: number) =>
    call('POST', `${at}/releases/${id}/assets?name=a.txt`, {}, github.uploadsUrl);

  it('takes assets as a draft, and no more once it is published', async () => {
    const draft = await call('POST', `${at}/releases`, { tag_name: 'v1', draft: true });
    const { id } = draft.body as { id: number };
    expect(draft.body).toMatchObject({ immutable: false });
    const asset = (await upload(id)).body as { id: number };
    await call('PATCH', `${at}/releases/${id}`, { draft: false });
    const refused = await upload(id);
    expect(refused).toMatchObject({
      ...{ status: 422, body: { message: 'Cannot upload assets to an immutable release.' } },
    });
    expect((await call('DELETE', `${at}/releases/assets/${asset.id}`)).status).toBe(422);
  });

  it('keeps its tag, and can be told differently', async () => {
    const id = await publish('v1');
    expect((await call('PATCH', `${at}/releases/${id}`, { tag_name: 'v2' })).status).toBe(422);
    expect((await call('PATCH', `${at}/releases/${id}`, { draft: true })).status).toBe(422);
    expect((await call('PATCH', `${at}/releases/${id}`, { name: 'One', tag_name: 'v1' })).status).toBe(200);
    expect((await call('DELETE', `${at}/git/refs/tags/v1`)).status).toBe(422);
    const moved = { repository: 'acme/widgets', ref: 'refs/tags/v1', sha: null };
    expect((await control('refs', moved)).status).toBe(422);
  });

  it('uses up its tag name for ever, even beyond the repository', async () => {
    const id = await publish('v1');
    await call('DELETE', `${at}/releases/${id}`);
    expect((await call('DELETE', `${at}/git/refs/tags/v1`)).status).toBe(204);
    const again = async () => (await call('POST', `${at}/releases`, { tag_name: 'v1' })).body;
    const message = 'tag_name was used by an immutable release';
    expect(await again()).toMatchObject({ errors: [{ field: 'tag_name', message }, {}] });
    await control('delete', { repository: 'acme/widgets' });
    await control('repositories', { owner: 'acme', name: 'widgets' });
    expect(await again()).toMatchObject({ errors: [{ field: 'tag_name', message }, {}] });
    const sha = github.state.repository('acme/widgets').refs.get('refs/heads/main');
    const ref = await call('POST', `${at}/git/refs`, { ref: 'refs/tags/v1', sha });
    expect(ref.body).toMatchObject({ message: expect.stringContaining('creations being restricted') });
  });

  it('stays so when the setting is taken back', async () => {
    const id = await publish('v1');
    await control('settings', { repository: 'acme/widgets', immutable_releases: false });
    expect((await call('GET', `${at}/releases/${id}`)).body).toMatchObject({ immutable: true });
    const { body } = await call('POST', `${at}/releases`, { tag_name: 'v2' });
    expect(body).toMatchObject({ immutable: false });
  });
});

describe('the latest release', () => {
  const publish = async (tag: string, make_latest: string) =>
    (await call('POST', `${at}/releases`, { tag_name: tag, make_latest })).body as { id: number };
  const latest = async () => (await call('GET', `${at}/releases/latest`)).body;

  it('is the highest version by the legacy rule, and what is said otherwise', async () => {
    await publish('v2.0.0', 'legacy');
    await publish('v1.9.0', 'legacy');
    await publish('v10.0.0', 'false');
    expect(await latest()).toMatchObject({ tag_name: 'v2.0.0' });
    await publish('v1.9.1', 'true');
    expect(await latest()).toMatchObject({ tag_name: 'v1.9.1' });
    const { id } = await publish('v1.9.2', 'true');
    await call('DELETE', `${at}/releases/${id}`);
    expect(await latest()).toMatchObject({ tag_name: 'v10.0.0' });
  });
});

describe('pull requests', () => {
  const pull = { title: 'T', head: 'mallory:fix', base: 'main' };

  it('come from the fork that is meant, by its id', async () => {
    const { body } = await call('POST', `${at}/pulls`, { ...pull, head_repo: 'mallory/other-fork' });
    expect(body).toMatchObject({ head: { label: 'mallory:fix', repo: { id: 43 } } });
    const refused = await call('POST', `${at}/pulls`, { ...pull, head_repo: 'mallory/third' });
    expect(refused.status).toBe(422);
  });

  it('are merged and reviewed by others', async () => {
    await call('POST', `${at}/pulls`, { ...pull, head: 'next' });
    await control('reviews', { repository: 'acme/widgets', number: 1, login: 'rita', state: 'APPROVED' });
    const merged = await control('merge', { repository: 'acme/widgets', number: 1, method: 'squash' });
    const { sha } = merged.body as { sha: string };
    const read = await call('GET', `${at}/pulls/1`);
    expect(read.body).toMatchObject({ merged: true, state: 'closed', merge_commit_sha: sha });
    expect((await control('merge', { repository: 'acme/widgets', number: 1 })).status).toBe(405);
    expect((await control('merge', { repository: 'acme/widgets', number: 9 })).status).toBe(404);
  });
});

describe('what may ask', () => {
  it('is added, replaced and revoked over the controls', async () => {
    const token = { token: 'narrow', permissions: { contents: 'read' } };
    await control('access', { tokens: [token] });
    const create = () =>
      fetch(`${github.url}${at}/releases`, {
        ...{ method: 'POST', headers: { authorization: 'Bearer narrow' }, body: '{"tag_name":"v1"}' },
      });
    expect((await create()).status).toBe(403);
    await control('access', { tokens: { ...token, permissions: { contents: 'write' } } });
    expect((await create()).status).toBe(201);
    expect(
      (await control('access', { tokens: [{ token: 'x', permissions: { contents: 'own' } }] })).status,
    ).toBe(400);
  });
});

describe('an Enterprise Server', () => {
  it('has its API and its uploads below paths of one host, and says so wherever it names an address', async () => {
    const server = await startSimulatedGitHub({
      enterprise: true,
      seed: [{ owner: 'acme', name: 'widgets', releases: [{ tag_name: 'v1' }, { tag_name: 'v2' }] }],
    });
    const { url, uploadsUrl, controlUrl } = server;
    expect([url, uploadsUrl]).toEqual([`${controlUrl}/api/v3`, `${controlUrl}/api/uploads`]);
    const page = await fetch(`${url}${at}/releases?per_page=1`);
    expect(page.headers.get('link')).toContain(`<${url}${at}/releases?per_page=1&page=2>; rel="next"`);
    const [release] = (await page.json()) as { upload_url: string }[];
    const upload = String(release?.upload_url).replace('{?name,label}', '?name=a.txt');
    expect(upload.startsWith(`${uploadsUrl}${at}/`)).toBe(true);
    expect((await call('POST', upload, {}, '')).status).toBe(201);
    expect((await fetch(upload.replace('/api/uploads', '/api/v3'), { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${controlUrl}${at}`)).status).toBe(404);
    expect((await fetch(`${controlUrl}/_sim/state`)).status).toBe(200);
    await server.stop();
  });
});
