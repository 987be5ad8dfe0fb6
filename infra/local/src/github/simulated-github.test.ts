import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { storedName } from './domain/assets.js';
import { type SimulatedGitHub, startSimulatedGitHub } from './simulated-github.js';

/* What GitHub does beyond its description: the behaviour that MarketOps must survive. */

let github: SimulatedGitHub;
beforeAll(async () => {
  github = await startSimulatedGitHub({
    tokens: ['good'],
    seed: [
      {
        owner: 'acme',
        name: 'widgets',
        branches: [
          { name: 'main', commits: ['one'] },
          { name: 'next', from: 'main', commits: ['two'] },
        ],
        tags: [{ name: 'v1', target: 'main' }],
      },
    ],
  });
});
afterEach(() => github.reset());
afterAll(() => github.stop());

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

async function call(method: string, path: string, json?: unknown, token = 'good'): Promise<Reply> {
  const response = await fetch(`${github.url}/repos/acme/widgets${path}`, {
    method,
    redirect: 'manual',
    ...(token === '' ? {} : { headers: { authorization: `token ${token}` } }),
    ...(json === undefined ? {} : { body: typeof json === 'string' ? json : JSON.stringify(json) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text), headers: response.headers };
}

const shaOf = (branch: string): string =>
  github.state.repository('acme/widgets').refs.get(`refs/heads/${branch}`) ?? '';

describe('releases', () => {
  it('ignore target_commitish when the tag exists', async () => {
    const main = shaOf('main');
    const made = await call('POST', '/releases', { tag_name: 'v1', target_commitish: shaOf('next') });
    expect(made.status).toBe(201);
    expect(made.body['target_commitish']).toBe(shaOf('next'));
    expect(github.state.tags('acme/widgets').get('v1')).toBe(main);
  });

  it('make the tag when they are published, not while they are drafts', async () => {
    const draft = { tag_name: 'v2', target_commitish: 'next', draft: true };
    const made = await call('POST', '/releases', draft);
    expect(github.state.tags('acme/widgets').has('v2')).toBe(false);
    github.push('acme/widgets', 'next');
    await call('PATCH', `/releases/${made.body['id']}`, { draft: false });
    expect(github.state.tags('acme/widgets').get('v2')).toBe(shaOf('next'));
  });

  it('may share a tag as drafts, but only one of them is published', async () => {
    const draft = { tag_name: 'v1', draft: true };
    const first = await call('POST', '/releases', draft);
    const second = await call('POST', '/releases', draft);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect((await call('PATCH', `/releases/${first.body['id']}`, { draft: false })).status).toBe(200);
    const refused = await call('PATCH', `/releases/${second.body['id']}`, { draft: false });
    expect(refused.status).toBe(422);
    expect(refused.body['errors']).toEqual([
      { resource: 'Release', code: 'already_exists', field: 'tag_name' },
    ]);
  });

  it('are refused for a target that is neither a branch nor a full SHA', async () => {
    for (const target of ['HEAD', 'refs/heads/main', shaOf('main').slice(0, 8), 'nowhere']) {
      const refused = await call('POST', '/releases', { tag_name: 'v9', target_commitish: target });
      expect(refused.body['errors']).toContainEqual({
        ...{ resource: 'Release', code: 'invalid', field: 'target_commitish' },
      });
    }
    expect((await call('POST', '/releases', { tag_name: 'a..b' })).status).toBe(422);
  });

  it('keep drafts from strangers', async () => {
    const { body } = await call('POST', '/releases', { tag_name: 'v1', draft: true });
    expect((await call('GET', `/releases/${body['id']}`)).status).toBe(200);
    expect((await call('GET', `/releases/${body['id']}`, undefined, '')).status).toBe(404);
    expect((await call('GET', '/releases', undefined, '')).body).toEqual([]);
    expect((await call('GET', '/releases', undefined, 'bad')).status).toBe(401);
  });

  it('move the mark "latest" as make_latest says', async () => {
    const make = async (tag: string, more: object): Promise<unknown> =>
      (await call('POST', '/releases', { tag_name: tag, ...more })).body['id'];
    const latest = async (): Promise<unknown> => (await call('GET', '/releases/latest')).body['id'];
    const first = await make('v1', {});
    await make('v2', { make_latest: 'false' });
    await make('v3', { prerelease: true });
    expect(await latest()).toBe(first);
    const last = await make('v4', {});
    expect(await latest()).toBe(last);
  });
});

describe('release assets', () => {
  const names: [string, string][] = [
    ['my file.zip', 'my.file.zip'],
    ['tool (1)~x.tgz', 'tool.1.x.tgz'],
    ['.hidden', 'default.hidden'],
    ['a..b.', 'a.b'],
    ['keeps_under-and+plus.tar.gz', 'keeps_under-and+plus.tar.gz'],
  ];
  it.each(names)('are renamed: %j → %j', (asked, stored) => {
    expect(storedName(asked)).toBe(stored);
  });

  it('are downloaded as they were uploaded', async () => {
    const { body } = await call('POST', '/releases', { tag_name: 'v1' });
    const uploaded = await fetch(
      `${github.uploadsUrl}/repos/acme/widgets/releases/${body['id']}/assets?name=a%20b.bin`,
      {
        method: 'POST',
        headers: { authorization: 'Bearer good', 'content-type': 'application/x-thing' },
        body: 'bytes',
      },
    );
    const asset: unknown = await uploaded.json();
    expect(asset).toMatchObject({ name: 'a.b.bin', size: 5, state: 'uploaded' });
    const { url } = asset as { url: string };
    const headers = { authorization: 'Bearer good', accept: 'application/octet-stream' };
    const downloaded = await fetch(url, { headers });
    expect(downloaded.headers.get('content-type')).toBe('application/x-thing');
    expect(await downloaded.text()).toBe('bytes');
  });
});

describe('refs and repositories', () => {
  it('are found without regard to case and answered in the case stored', async () => {
    const response = await fetch(`${github.url}/repos/ACME/Widgets`);
    expect(await response.json()).toMatchObject({ full_name: 'acme/widgets' });
  });

  it('redirect from an old name: 301 for reads, 307 for writes', async () => {
    const { id } = github.state.rename('acme/widgets', { owner: 'other' });
    const read = await call('GET', '/releases');
    expect([read.status, read.headers.get('location')]).toEqual([
      ...[301, `${github.url}/repositories/${id}/releases`],
    ]);
    expect((await call('POST', '/releases', { tag_name: 'v9' })).status).toBe(307);
  });

  it('have another id when they are made anew under the same name', () => {
    const { id } = github.state.repository('acme/widgets');
    github.state.delete('acme/widgets');
    expect(github.seed({ owner: 'acme', name: 'widgets' }).id).not.toBe(id);
  });

  it('are refused when they exist, name nothing, or have no proper name', async () => {
    const sha = shaOf('main');
    const post = async (ref: string, to = sha) => (await call('POST', '/git/refs', { ref, sha: to })).body;
    expect(await post('refs/tags/v1')).toMatchObject({ message: 'Reference already exists' });
    expect(await post('refs/tags/v9', 'f'.repeat(40))).toMatchObject({ message: 'Object does not exist' });
    expect(await post('v9')).toMatchObject({ message: 'v9 is not a valid ref name.' });
  });

  it('give the same ids and SHAs for the same seed', () => {
    const before = [shaOf('next'), github.state.repository('acme/widgets').id];
    github.reset();
    expect([shaOf('next'), github.state.repository('acme/widgets').id]).toEqual(before);
  });
});

describe('pull requests', () => {
  const pull = { title: 'T', head: 'next', base: 'main' };

  it('come from forks as owner:branch', async () => {
    const branches = [{ name: 'fix', from: 'main', commits: ['fix'] }];
    github.seed({ owner: 'mallory', name: 'widgets', fork_of: 'acme/widgets', branches });
    const made = await call('POST', '/pulls', { ...pull, head: 'mallory:fix' });
    expect(made.body).toMatchObject({
      head: { label: 'mallory:fix', repo: { full_name: 'mallory/widgets' } },
    });
  });

  it('follow their branch when somebody pushes', async () => {
    await call('POST', '/pulls', pull);
    const { sha } = github.push('acme/widgets', 'next', { force: true });
    expect((await call('GET', '/pulls/1')).body).toMatchObject({ head: { sha } });
  });

  it('ignore a head filter without an owner, as GitHub does', async () => {
    await call('POST', '/pulls', pull);
    expect((await call('GET', '/pulls?head=other')).body).toHaveLength(1);
    expect((await call('GET', '/pulls?head=acme:other')).body).toEqual([]);
    expect((await call('GET', '/pulls?state=closed')).body).toEqual([]);
  });
});
