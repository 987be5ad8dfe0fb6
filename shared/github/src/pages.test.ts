import type { SimulatedGitHub } from '@marketops/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GitHubError } from './errors.js';
import { allPages, byId, perPage } from './pages.js';
import { startHostileServer } from './testing/hostile-server.js';
import { at, clientOf, collect, startWidgets } from './testing/setup.js';

describe('paging', () => {
  let github: SimulatedGitHub;
  beforeAll(async () => {
    const drafts = Array.from({ length: 345 }, (_, index) => ({ tag_name: `v${index}`, draft: true }));
    github = await startWidgets({
      seed: [
        { owner: 'acme', name: 'widgets', releases: drafts },
        { owner: 'acme', name: 'hundred', releases: drafts.slice(0, 100) },
      ],
    });
  });
  afterAll(() => github.stop());

  it('reads all of 345 releases, drafts on the last page included', async () => {
    const releases = await collect(clientOf(github.url).listReleases(at));
    expect(releases.length).toBe(345);
    expect(releases.at(-1)).toMatchObject({ tagName: 'v0', draft: true });
    expect(github.requests.reads).toBe(4);
  });

  it('asks once more after a page that is exactly full', async () => {
    github.requests.reset();
    const releases = clientOf(github.url).listReleases({ owner: 'acme', name: 'hundred' });
    expect((await collect(releases)).length).toBe(100);
    expect(github.requests.reads).toBe(2);
  });

  it('counts its pages itself, wherever the Link header points', async () => {
    const attacker = await startHostileServer((_, response) => void response.end('[]'));
    const server = await startHostileServer((request, response) => {
      const last = request.url?.includes('page=3') === true;
      const link = last ? {} : { link: `<${attacker.url}/steal>; rel="next"` };
      response.writeHead(200, { 'content-type': 'application/json', ...link }).end('[]');
    });
    expect(await collect(clientOf(server.url).listReleases(at))).toEqual([]);
    const pages = server.received.map(({ path }) => new URL(path, server.url).searchParams.get('page'));
    // Empty pages that announce another one are gone on from: GitHub may answer short pages in the middle.
    expect(pages).toEqual(['1', '2', '3']);
    expect(attacker.received).toEqual([]);
    await Promise.all([server.stop(), attacker.stop()]);
  });

  it('ends a list that has no end', async () => {
    let asked = 0;
    const fetchPage = (page: number) => {
      asked += 1;
      const items = Array.from({ length: perPage }, (_, index) => ({ id: page * perPage + index }));
      return Promise.resolve({ items, more: true });
    };
    const endless = allPages('The items', fetchPage, byId);
    await expect(collect(endless)).rejects.toMatchObject({ code: 'response_too_large' });
    expect(asked).toBe(100);
  });

  it.each([99, 40, 3, 1])(
    'asks for smaller pages where one of more than %i is too large, and leaves nothing out',
    async (fits) => {
      const all = Array.from({ length: 345 }, (_, id) => ({ id }));
      const tooLarge = new GitHubError('response_too_large', 'more than fits');
      const fetchPage = (page: number, size: number) =>
        size > fits && page * size > 150
          ? Promise.reject(tooLarge)
          : Promise.resolve({ items: all.slice((page - 1) * size, page * size), more: false });
      expect(await collect(allPages('The items', fetchPage, byId))).toEqual(all);
    },
  );

  it('gives up on a single item that is too large', async () => {
    const sizes: number[] = [];
    const fetchPage = (_: number, size: number) => {
      sizes.push(size);
      return Promise.reject(new GitHubError('response_too_large', 'too large'));
    };
    const items = collect(allPages('The items', fetchPage, byId));
    await expect(items).rejects.toMatchObject({ code: 'response_too_large' });
    expect(sizes).toEqual([100, 50, 25, 12, 6, 3, 1]);
  });

  it('reads drafts that together are more than an answer may be', async () => {
    const body = 'x'.repeat(50_000);
    const drafts = Array.from({ length: 30 }, (_, at) => ({ tag_name: `v${at}`, draft: true, body }));
    const large = await startWidgets({ seed: [{ owner: 'acme', name: 'widgets', releases: drafts }] });
    const client = clientOf(large.url, { responseBytesMax: 400_000 });
    expect(await collect(client.listReleases(at))).toHaveLength(30);
    await large.stop();
  });

  it('gives an item once that moved to the next page meanwhile', async () => {
    const answers = [[{ id: 2 }, { id: 1 }], [{ id: 1 }]];
    const fetchPage = (page: number) =>
      Promise.resolve({ items: answers[page - 1] ?? [], more: page < answers.length });
    const items = allPages('The items', fetchPage, byId);
    expect(await collect(items)).toEqual([{ id: 2 }, { id: 1 }]);
  });
});
