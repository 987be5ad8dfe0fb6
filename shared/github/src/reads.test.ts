import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { always, type HostileServer, startHostileServer } from './testing/hostile-server.js';
import { at, clientOf, collect, errorOf } from './testing/setup.js';

/* What lists leave out and refuse, and what answers are held against: for GitHub that is right, stale, or no GitHub. */

const servers: HostileServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

const queryOf = (request: IncomingMessage): URLSearchParams =>
  new URL(request.url ?? '', 'http://localhost').searchParams;

/** Answers each page by number; a status in place of a body refuses. */
async function startPages(
  bodyOf: (page: number, request: IncomingMessage) => unknown,
): Promise<HostileServer> {
  const server = await startHostileServer((request, response) => {
    const body = bodyOf(Number(queryOf(request).get('page') ?? 1), request);
    if (typeof body === 'number') always(body, { message: 'No' })(request, response);
    else always(200, body)(request, response);
  });
  servers.push(server);
  return server;
}

const shaOf = (index: number): string => index.toString(16).padStart(40, '0');
const commit = (index: number) => ({
  ...{ sha: shaOf(index), author: null, parents: [{ sha: shaOf(index - 1) }] },
  commit: { message: `Number ${index}`, author: { name: 'A' }, committer: { date: '2026-01-01T00:00:00Z' } },
});

interface Compared {
  readonly total: number;
  readonly base?: number;
}
const comparison = (page: number, { total, base = 0 }: Compared) => ({
  ...{ status: 'ahead', ahead_by: total, behind_by: 0, total_commits: total },
  ...{ base_commit: { sha: shaOf(base) }, merge_base_commit: { sha: shaOf(base) } },
  commits: Array.from({ length: Math.max(Math.min(100, total - (page - 1) * 100), 0) }, (_, index) =>
    commit((page - 1) * 100 + index + 1),
  ),
});

describe('a comparison', () => {
  it('has all its commits, oldest first, and asks for pages as they are read, each time anew', async () => {
    const { url, received } = await startPages((page) => comparison(page, { total: 250 }));
    const compared = await clientOf(url).compareCommits(at, 'v1', 'main');
    expect(compared).toMatchObject({ status: 'ahead', aheadBy: 250, behindBy: 0, totalCommits: 250 });
    expect(received.length).toBe(1);
    for (const asked of [3, 5]) {
      const commits = await collect(compared?.commits ?? []);
      expect(commits.map(({ sha }) => sha)).toEqual(
        Array.from({ length: 250 }, (_, index) => shaOf(index + 1)),
      );
      expect(received.length).toBe(asked);
    }
    expect(received[0]?.path).toContain('/compare/v1...main?');
  });

  it('of the same commit has none, and asks no further', async () => {
    const { url, received } = await startPages((page) => comparison(page, { total: 0 }));
    const compared = await clientOf(url).compareCommits(at, 'a'.repeat(40), 'other:feature/x');
    expect(await collect(compared?.commits ?? [])).toEqual([]);
    expect(received.map(({ path }) => path)).toEqual([
      `/repos/acme/widgets/compare/${'a'.repeat(40)}...other%3Afeature%2Fx?per_page=100&page=1`,
    ]);
  });

  it.each([
    ['another base', (page: number) => comparison(page, { total: 250, base: page })],
    ['more commits', (page: number) => comparison(page, { total: 249 + page })],
    ['nothing any more', (page: number) => (page === 1 ? comparison(1, { total: 250 }) : 404)],
    [
      'a page short',
      (page: number) => ({ ...comparison(page, { total: 250 }), ...(page > 1 && { commits: [] }) }),
    ],
  ])('that becomes another one while it is read (%s) is no comparison', async (_, bodyOf) => {
    const { url } = await startPages(bodyOf);
    const compared = await clientOf(url).compareCommits(at, 'v1', 'main');
    await expect(collect(compared?.commits ?? [])).rejects.toMatchObject({ code: 'invalid_response' });
  });

  it('of more than 10,000 commits is refused, not cut short', async () => {
    const { url } = await startPages((page) => comparison(page, { total: 20_000 }));
    const compared = await clientOf(url).compareCommits(at, 'v1', 'main');
    await expect(collect(compared?.commits ?? [])).rejects.toMatchObject({ code: 'response_too_large' });
  });

  it('of what is not there is null, and of what is no name is refused', async () => {
    const { url, received } = await startPages(() => 404);
    expect(await clientOf(url).compareCommits(at, 'v1', 'main')).toBeNull();
    for (const end of ['a...b', '..', '-evil:main', 'acme:', ':main', 'a:b:c', '']) {
      expect(await errorOf(clientOf(url).compareCommits(at, 'v1', end))).toMatchObject({
        code: 'validation_failed',
      });
    }
    expect(received.length).toBe(1);
  });
});

const end = { ref: 'main', sha: shaOf(1), repo: { id: 1, full_name: 'acme/widgets' } };
const pull = (id: number, changes: object = {}) => ({
  ...{ id, number: id, state: 'closed', title: 'T', body: null, user: { login: 'mona' } },
  ...{
    created_at: '2026-01-01T00:00:00Z',
    updated_at: `2026-01-${String(31 - id).padStart(2, '0')}T00:00:00Z`,
  },
  ...{ merged_at: '2026-01-01T00:00:00Z', merge_commit_sha: shaOf(id), html_url: 'x', labels: [] },
  ...{ head: { ...end, ref: 'x' }, base: end, ...changes },
});

describe('merged pull requests', () => {
  it('are those of the base that were merged', async () => {
    const other = { base: { ...end, ref: 'other' } };
    const { url } = await startPages(() => [pull(1), pull(2, { merged_at: null }), pull(3, other), pull(4)]);
    const found = await collect(clientOf(url).listMergedPulls(at, { base: 'main' }));
    expect(found.map(({ number }) => number)).toEqual([1, 4]);
    expect(found[0]).toMatchObject({ authorLogin: 'mona', mergeCommitSha: shaOf(1), requestedTeams: [] });
  });

  it('end where nothing was touched since, and no further page is asked for', async () => {
    const full = (updatedAt: string, from: number) =>
      Array.from({ length: 100 }, (_, index) => pull(from + index, { updated_at: updatedAt }));
    const pages = [full('2026-03-01T00:00:00Z', 1), full('2026-01-31T23:59:59Z', 101), full('', 201)];
    const { url, received } = await startPages((page) => pages[page - 1]);
    const merged = clientOf(url).listMergedPulls(at, { base: 'main', updatedSince: '2026-02-01T00:00:00Z' });
    expect((await collect(merged)).length).toBe(100);
    expect(received.length).toBe(2);
  });

  it('since what is no time are refused before any request', async () => {
    const { url, received } = await startPages(() => []);
    for (const updatedSince of ['yesterday', '2026', '']) {
      const merged = clientOf(url).listMergedPulls(at, { base: 'main', updatedSince });
      await expect(collect(merged)).rejects.toMatchObject({ code: 'validation_failed' });
    }
    expect(received).toEqual([]);
  });
});

describe('a list of pull requests', () => {
  it('leaves out those of another base, should GitHub ignore the filter', async () => {
    const { url, received } = await startPages(() => [pull(1), pull(2, { base: { ...end, ref: 'other' } })]);
    const numbers = async (listing?: { base: string }) =>
      (await collect(clientOf(url).listPulls(at, listing))).map(({ number }) => number);
    expect(await numbers({ base: 'main' })).toEqual([1]);
    expect(await numbers()).toEqual([1, 2]);
    expect(received[1]?.path).toContain('?state=all&sort=created&direction=desc&');
  });
});

describe('refs by their beginning', () => {
  const ref = (name: string) => ({ ref: `refs/${name}`, object: { type: 'commit', sha: shaOf(1) } });

  it('are those that begin so, whatever more GitHub answers', async () => {
    const { url, received } = await startPages(() => [ref('tags/v1.0'), ref('tags/v2'), ref('heads/v1.')]);
    const refs = await clientOf(url).listRefs(at, 'tags/v1.');
    expect(refs).toEqual([{ ref: 'refs/tags/v1.0', sha: shaOf(1), type: 'commit' }]);
    expect(received[0]?.path).toBe('/repos/acme/widgets/git/matching-refs/tags%2Fv1.');
  });

  it('are none in an empty repository', async () => {
    const { url } = await startPages(() => 409);
    expect(await clientOf(url).listRefs(at, 'heads/')).toEqual([]);
  });

  it.each(['', 'tags', 'pull/', 'tags/../heads/', 'tags/a b', 'refs/tags/', 'tags//'])(
    'are not asked for as %j',
    async (beginning) => {
      const { url, received } = await startPages(() => []);
      expect(await errorOf(clientOf(url).listRefs(at, beginning))).toMatchObject({
        code: 'validation_failed',
      });
      expect(received).toEqual([]);
    },
  );
});

describe('a label', () => {
  const label = (name: string) => ({ id: 1, name, color: 'ffffff', description: null });

  it.each(['good first issue', 'area/api', 'type: 🐛', "it's", '100%', '../..', 'a?b#c', '%2e%2e'])(
    'is asked for by its name, whatever is in it: %s',
    async (name) => {
      const { url } = await startPages((_, request) =>
        label(decodeURIComponent((request.url ?? '').replace('/repos/acme/widgets/labels/', ''))),
      );
      expect((await clientOf(url).getLabel(at, name))?.name).toBe(name);
    },
  );

  it.each(['', '.', '..', ' bug', 'bug\n', 'x'.repeat(51), '\ud800'])('is refused as %j', async (name) => {
    const { url, received } = await startPages(() => label('bug'));
    for (const call of [clientOf(url).getLabel(at, name), clientOf(url).addLabels(at, 1, ['bug', name])]) {
      expect(await errorOf(call)).toMatchObject({ code: 'validation_failed' });
    }
    expect(received).toEqual([]);
  });

  it('that is another one than was asked for is no answer', async () => {
    const { url } = await startPages(() => label('other'));
    expect(await errorOf(clientOf(url).getLabel(at, 'bug'))).toMatchObject({ code: 'invalid_response' });
    const absent = await startPages(() => 404);
    expect(await clientOf(absent.url).getLabel(at, 'bug')).toBeNull();
  });
});

describe('single answers', () => {
  it('tell no from not allowed to know, for a collaborator', async () => {
    const no = await startPages(() => 404);
    expect(await clientOf(no.url).isCollaborator(at, 'mona')).toBe(false);
    const hidden = await startPages(() => 403);
    expect(await errorOf(clientOf(hidden.url).isCollaborator(at, 'mona'))).toMatchObject({
      code: 'forbidden',
    });
    expect(await errorOf(clientOf(hidden.url).isCollaborator(at, '../x'))).toMatchObject({
      code: 'validation_failed',
    });
  });

  it('are null for a server without limits, and for reviewers of no pull request', async () => {
    const { url } = await startPages(() => 404);
    expect(await clientOf(url).getRateLimit()).toBeNull();
    expect(await clientOf(url).listRequestedReviewers(at, 1)).toBeNull();
    expect(await clientOf(url).getRepositoryById(1)).toBeNull();
  });

  it('by id are of that id', async () => {
    const repository = {
      id: 2,
      name: 'w',
      owner: { login: 'a' },
      default_branch: 'm',
      archived: false,
      private: true,
    };
    const { url } = await startPages(() => repository);
    expect(await errorOf(clientOf(url).getRepositoryById(1))).toMatchObject({ code: 'invalid_response' });
    expect(await clientOf(url).getRepositoryById(2)).toMatchObject({ owner: 'a', name: 'w' });
  });
});

describe('writes that cannot be meant', () => {
  it('are refused before any request', async () => {
    const { url, received } = await startPages(() => []);
    const client = clientOf(url);
    const fork = { title: 'T', head: 'mona:x', base: 'main', body: '', draft: false };
    const asked = (reviewers: string[], teams: string[] = []) =>
      client.requestReviewers(at, 1, { reviewers, teams });
    const calls = [
      client.addLabels(at, 1, []),
      client.addLabels(
        at,
        1,
        Array.from({ length: 101 }, (_, index) => `l${index}`),
      ),
      client.addLabels(at, 0, ['bug']),
      asked([]),
      asked(['acme/team']),
      asked([], ['Team Name']),
      asked(Array.from({ length: 101 }, (_, index) => `u${index}`)),
      client.createPull(at, { ...fork, headRepository: { owner: 'acme', name: 'widgets' } }),
    ];
    for (const call of calls) expect(await errorOf(call)).toMatchObject({ code: 'validation_failed' });
    expect(received).toEqual([]);
  });
});
