import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApi } from './api.js';
import type { GitHubClient } from './client.js';
import { isAlreadyThere } from './errors.js';
import { allPages } from './pages.js';
import {
  type Recording,
  type ReplayServer,
  recording,
  recordingsOf,
  startReplay,
} from './testing/recordings.js';
import { canaryToken, clientOf, collect, errorOf } from './testing/setup.js';
import type { RequestOutcome } from './transport/observing.js';
import { originsOf } from './transport/origins.js';
import { createReadCache } from './transport/read-cache.js';
import { tokenSource } from './transport/tokens.js';
import { redactor, scrubber } from './words.js';

/*
 * Real traffic, recorded by `@octokit/fixtures` in July 2022, played back over HTTP. It has no recording of: a list of
 * releases, the latest release, a release by id or changed; branches, commits, comparisons, tag objects, matching refs;
 * pull requests, reviews and reviewers; one collaborator; rate limits; an App's tokens; 304, 401, 403 and 429. For
 * those, GitHub's own examples stand in (openapi.test.ts). Where a recording is of a sibling of our endpoint with the
 * same answer, it is moved to ours, and says so.
 */

const servers: ReplayServer[] = [];
const folder = mkdtempSync(join(tmpdir(), 'marketops-recorded-'));
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));
afterAll(() => rmSync(folder, { recursive: true }));

const octokit = 'octokit-fixture-org';

async function replay(recordings: readonly Recording[]): Promise<ReplayServer> {
  const server = await startReplay(recordings);
  servers.push(server);
  return server;
}

/** The repository that a scenario was recorded in. */
const repositoryOf = ({ path }: Recording) => ({ owner: octokit, name: path.split('/')[3] ?? '' });

async function client(scenario: string): Promise<GitHubClient> {
  return clientOf((await replay(recordingsOf(scenario))).url);
}

describe('recorded traffic', () => {
  it('of a repository', async () => {
    const outcomes: RequestOutcome[] = [];
    const observer = {
      beforeRequest: () => undefined,
      afterResponse: (one: RequestOutcome) => void outcomes.push(one),
    };
    const server = await replay(recordingsOf('get-repository'));
    const found = await clientOf(server.url, { observer, cache: createReadCache() }).getRepository(
      octokit,
      'hello-world',
    );
    expect(found).toEqual({
      ...{ id: 103_703_892, owner: octokit, name: 'hello-world', defaultBranch: 'master' },
      ...{ archived: false, private: false },
    });
    const [outcome] = outcomes;
    expect(outcome?.rateLimit).toMatchObject({
      budget: { resource: 'core', limit: 5_000, resetAtMs: 1_658_208_999_000 },
      limited: null,
    });
    expect(outcome?.headers['etag']).toMatch(/^(W\/)?"[0-9a-f]{64}"$/);
  });

  it('of a renamed repository: a redirect, then the repository by its id', async () => {
    const moved = recording('rename-repository', 'GET', /./, 301);
    const { id } = recording('rename-repository', 'GET', /^\/repositories\//).response as { id: number };
    const replayed = await client('rename-repository');
    const error = await errorOf(replayed.getRepository(octokit, repositoryOf(moved).name));
    expect(error).toMatchObject({ code: 'redirected', status: 301, movedTo: `/repositories/${id}` });
    expect(await replayed.getRepositoryById(id)).toMatchObject({ id, owner: octokit });
  });

  it('of a write to a renamed repository: a redirect that is not followed', async () => {
    // Recorded for a change of the repository itself, which we never make.
    const moved = recording('rename-repository', 'PATCH', /./, 307);
    const { url, received } = await replay([{ ...moved, path: `/repos/${octokit}/old/releases/1` }]);
    const write = clientOf(url).updateRelease({ owner: octokit, name: 'old' }, 1, { draft: false });
    expect(await errorOf(write)).toMatchObject({
      ...{ code: 'redirected', status: 307, uncertain: false },
      movedTo: expect.stringMatching(/^\/repositories\/\d+$/),
    });
    expect(received.length).toBe(1);
  });

  it('of refs: one made, and all of them', async () => {
    const made = recording('git-refs', 'POST', /git\/refs$/);
    const listed = recordingsOf('git-refs')
      .filter((one) => one.method === 'GET')
      .at(-1) as Recording;
    const at = repositoryOf(made);
    const { ref, sha } = made.body as { ref: string; sha: string };
    // Recorded for the list of all refs, whose answer has the same form.
    const heads = { ...listed, path: `/repos/${octokit}/${at.name}/git/matching-refs/heads%2F` };
    const { url, bodies } = await replay([made, heads]);
    expect(await clientOf(url).createRef(at, ref, sha)).toEqual({ ref, sha });
    expect(JSON.parse(bodies[0] ?? '')).toEqual(made.body);
    const refs = await clientOf(url).listRefs(at, 'heads/');
    expect(refs.map((one) => one.ref)).toEqual(
      expect.arrayContaining(['refs/heads/main', 'refs/heads/test']),
    );
  });

  it('of a label', async () => {
    const at = repositoryOf(recording('labels', 'GET', /labels\/test-label$/));
    const label = await (await client('labels')).getLabel(at, 'test-label');
    expect(label).toMatchObject({ name: 'test-label', color: '663399', description: null });
  });

  it('of labels added to an issue', async () => {
    const added = recording('add-labels-to-issue', 'POST', /\/labels$/);
    const { url, bodies } = await replay([added]);
    const names = await clientOf(url).addLabels(repositoryOf(added), 1, ['Foo', 'bAr', 'baZ']);
    expect(names).toEqual(['Foo', 'bAr', 'baZ']);
    expect(JSON.parse(bodies[0] ?? '')).toEqual(added.body);
  });

  it('of a refusal with faults', async () => {
    // Recorded for a new label, which we never make.
    const refused = recording('errors', 'POST', /\/labels$/, 422);
    const { url } = await replay([{ ...refused, path: `/repos/${octokit}/errors/issues/1/labels` }]);
    const error = await errorOf(clientOf(url).addLabels({ owner: octokit, name: 'errors' }, 1, ['foo']));
    expect(error).toMatchObject({ code: 'validation_failed', status: 422 });
    expect(error.faults).toEqual([{ resource: 'Label', field: 'color', code: 'invalid', message: null }]);
  });

  it('of a release made, and found by its tag', async () => {
    const made = recording('release-assets', 'POST', /\/releases$/);
    const byTag = recording('release-assets', 'GET', /\/releases\/tags\//);
    const at = repositoryOf(made);
    const { id } = made.response as { id: number };
    const { tag_name: tagName } = made.body as { tag_name: string };
    // Recorded for the release by its tag, whose answer has the same form.
    const byId = { ...byTag, path: `/repos/${octokit}/${at.name}/releases/${id}` };
    const { url } = await replay([made, byId]);
    const fields = { tagName, targetCommitish: 'main', name: '', body: '', draft: false, prerelease: false };
    const release = await clientOf(url).createRelease(at, { ...fields, makeLatest: 'legacy' });
    expect(release).toMatchObject({ id, tagName, draft: false, immutable: false });
    expect(await clientOf(url).getRelease(at, id)).toEqual(release);
  });

  const bytes = 'Hello, world!\n';
  const path = join(folder, 'test-upload.txt');
  writeFileSync(path, bytes);
  const file = {
    ...{ name: 'test-upload.txt', path, sizeBytes: bytes.length, contentType: 'text/plain' },
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };

  it('of an asset uploaded, listed and deleted', async () => {
    const uploaded = recording('release-assets', 'POST', /\/assets\?/);
    const at = repositoryOf(uploaded);
    const releaseId = Number(uploaded.path.split('/')[5]);
    const replayed = await client('release-assets');
    const asset = await replayed.uploadAsset(at, releaseId, file);
    // Four years ago GitHub reckoned no digests.
    expect(asset).toMatchObject({ name: file.name, sizeBytes: 14, state: 'uploaded', sha256: null });
    expect(await collect(replayed.listAssets(at, releaseId))).toEqual([asset]);
    expect(await replayed.deleteAsset(at, asset.id)).toBeUndefined();
  });

  it('of an asset that is there already', async () => {
    const refused = recording('release-assets-conflict', 'POST', /\/assets\?/, 422);
    const releaseId = Number(refused.path.split('/')[5]);
    const { url } = await replay([refused]);
    const error = await errorOf(clientOf(url).uploadAsset(repositoryOf(refused), releaseId, file));
    expect(isAlreadyThere(error)).toBe(true);
  });

  it('of pages, whose links lead to another path than was asked', async () => {
    // Recorded for issues, which we never list: read through the same paging as our own lists.
    const pages = recordingsOf('paginate-issues').filter(({ method }) => method === 'GET');
    const { url, received } = await replay(
      pages.map((page) => ({ ...page, path: `/repos/${octokit}/p/issues` })),
    );
    const tokens = tokenSource(canaryToken, 1_000);
    const redact = redactor(tokens.known);
    const api = createApi({
      ...{ origins: originsOf(url), tokens, userAgent: 'marketops-test', redact, scrub: scrubber(redact) },
      ...{ requestTimeoutMs: 10_000, uploadTimeoutMs: 10_000, responseBytesMax: 1_000_000 },
      ...{ beforeWrite: undefined, observer: undefined, cache: undefined, signal: undefined },
    });
    const Issues = z.array(z.object({ number: z.int() }));
    const fetchPage = (page: number) => {
      const parameters = { owner: octokit, repo: 'p', per_page: 3, page };
      return api.decodePage(Issues, api.request('GET /repos/{owner}/{repo}/issues', parameters));
    };
    const issues = await collect(allPages('The issues', fetchPage, ({ number }) => number));
    expect(issues.map(({ number }) => number)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(received.every((one) => one.path.startsWith(`/repos/${octokit}/p/`))).toBe(true);
    expect(received.length).toBe(5);
  });
});
