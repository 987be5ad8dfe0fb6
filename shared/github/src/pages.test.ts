import type { SimulatedGitHub } from '@marketops/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allPages, perPage } from './pages.js';
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
    const endless = allPages('The items', (page) => {
      asked += 1;
      const items = Array.from({ length: perPage }, (_, index) => ({ id: page * perPage + index }));
      return Promise.resolve({ items, more: true });
    });
    await expect(collect(endless)).rejects.toMatchObject({ code: 'response_too_large' });
    expect(asked).toBe(100);
  });

  it('gives an item once that moved to the next page meanwhile', async () => {
    const answers = [[{ id: 2 }, { id: 1 }], [{ id: 1 }]];
    const items = allPages('The items', (page) =>
      Promise.resolve({ items: answers[page - 1] ?? [], more: page < answers.length }),
    );
    expect(await collect(items)).toEqual([{ id: 2 }, { id: 1 }]);
  });
});
