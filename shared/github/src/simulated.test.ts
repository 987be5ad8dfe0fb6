import { createPublicKey } from 'node:crypto';
import type { SimulatedGitHub } from '@marketops/local';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAppTokens } from './app/app-tokens.js';
import { testKeyPem } from './testing/app-key.js';
import { at, clientOf, collect, errorOf, startWidgets } from './testing/setup.js';
import { createReadCache } from './transport/read-cache.js';

/* Pull requests to the end, comparisons, limits and an App, against a GitHub that keeps state. */

let github: SimulatedGitHub;
const publicKey = createPublicKey(testKeyPem).export({ type: 'spki', format: 'pem' }).toString();
const permissions = { contents: 'write', pull_requests: 'write', issues: 'write', metadata: 'read' } as const;

beforeAll(async () => {
  github = await startWidgets({
    limits: { write_gap_ms: 0 },
    apps: [
      {
        id: 4_711,
        slug: 'shipper',
        public_key: publicKey,
        installations: [{ id: 5, account: 'acme', permissions }],
      },
    ],
    seed: [
      {
        ...{ owner: 'acme', owner_type: 'Organization', name: 'widgets', immutable_releases: true },
        branches: [
          { name: 'main', commits: ['one', 'two'] },
          { name: 'feature/x', from: 'main', commits: ['three', 'four'] },
          { name: 'fix', from: 'main', commits: ['five'] },
        ],
        tags: [
          { name: 'v0.1.0', target: 'main' },
          { name: 'v0.2.0', target: 'feature/x', message: 'Second' },
        ],
        releases: [{ tag_name: 'v0.1.0', name: 'First' }],
        pulls: [{ title: 'Fix', head: 'fix', base: 'main', merged: true, author: 'mona', labels: ['bug'] }],
        labels: ['Release'],
        collaborators: ['mona'],
        teams: ['core'],
      },
      {
        ...{ owner: 'acme', name: 'copy', fork_of: 'acme/widgets' },
        branches: [
          { name: 'main', commits: ['base'] },
          { name: 'topic', from: 'main', commits: ['six'] },
        ],
      },
    ],
  });
});
afterEach(() => github.reset());
afterAll(() => github.stop());

const client = () => clientOf(github.url);
const pull = { title: 'T', head: 'acme:feature/x', base: 'main', body: 'B', draft: false };

describe('a pull request', () => {
  it('gets its labels and reviewers, twice the same as once, and its reviews are read', async () => {
    const opened = await client().createPull(at, pull);
    expect(opened).toMatchObject({ labels: [], requestedReviewers: [], requestedTeams: [] });
    const asked = { reviewers: ['mona'], teams: ['core'] };
    for (let time = 0; time < 2; time += 1) {
      expect(await client().addLabels(at, opened.number, ['Release'])).toEqual(['Release']);
      await client().requestReviewers(at, opened.number, asked);
    }
    const completed = await client().getPull(at, opened.number);
    expect(completed).toMatchObject({
      ...{ labels: ['Release'], requestedReviewers: ['mona'], requestedTeams: ['core'] },
    });
    expect(await client().listRequestedReviewers(at, opened.number)).toEqual(asked);
    github.review('acme/widgets', opened.number, { login: 'mona', state: 'APPROVED' });
    const reviews = await collect(client().listReviews(at, opened.number));
    expect(reviews).toMatchObject([{ reviewer: 'mona', state: 'APPROVED', commitSha: opened.head.sha }]);
    expect(await client().listRequestedReviewers(at, opened.number)).toEqual({
      reviewers: [],
      teams: ['core'],
    });
  });

  it('comes from the fork that is named, where one owner has both', async () => {
    const fork = { owner: 'acme', name: 'copy' };
    const opened = await client().createPull(at, { ...pull, head: 'acme:topic', headRepository: fork });
    expect(opened.head).toMatchObject({ ref: 'topic', repositoryFullName: 'acme/copy' });
    expect(opened.head.repositoryId).toBe((await client().getRepository('acme', 'copy')).id);
  });

  it('needs labels that are there, and reviewers who may be asked', async () => {
    expect((await client().getLabel(at, 'release'))?.name).toBe('Release');
    expect(await client().getLabel(at, 'nothing')).toBeNull();
    expect(await client().isCollaborator(at, 'Mona')).toBe(true);
    expect(await client().isCollaborator(at, 'stranger')).toBe(false);
    const { number } = await client().createPull(at, pull);
    const error = await errorOf(
      client().requestReviewers(at, number, { reviewers: ['stranger'], teams: [] }),
    );
    expect(error).toMatchObject({ code: 'validation_failed', status: 422 });
  });

  it('is listed with all others, and the merged ones by base', async () => {
    await client().createPull(at, pull);
    const all = await collect(client().listPulls(at));
    expect(all.map(({ title }) => title)).toEqual(['T', 'Fix']);
    const merged = await collect(client().listMergedPulls(at, { base: 'main' }));
    expect(merged).toMatchObject([{ title: 'Fix', authorLogin: 'mona', labels: ['bug'] }]);
    expect(merged[0]?.mergeCommitSha).toBe(
      github.state.repository('acme/widgets').refs.get('refs/heads/main'),
    );
  });
});

describe('what a release is made from', () => {
  it('is compared: the commits that one tag has and the other has not', async () => {
    const compared = await client().compareCommits(at, 'v0.1.0', 'v0.2.0');
    expect(compared).toMatchObject({ totalCommits: 2, aheadBy: 2 });
    const commits = await collect(compared?.commits ?? []);
    expect(commits.map(({ message }) => message)).toEqual(['three', 'four']);
    expect(await client().compareCommits(at, 'v0.1.0', 'nothing')).toBeNull();
  });

  it('is found by tags and refs, and says that it is immutable', async () => {
    const tags = await collect(client().listTags(at));
    expect(tags.map(({ name }) => name).sort()).toEqual(['v0.1.0', 'v0.2.0']);
    const refs = await client().listRefs(at, 'tags/v0.2');
    expect(refs).toMatchObject([{ ref: 'refs/tags/v0.2.0', type: 'tag' }]);
    expect(await client().getLatestRelease(at)).toMatchObject({ tagName: 'v0.1.0', immutable: true });
  });

  it('is found by its id after a rename, which an old name only points to', async () => {
    const { id } = await client().getRepository('acme', 'widgets');
    github.state.rename('acme/widgets', { name: 'gadgets' });
    const error = await errorOf(client().getRepository('acme', 'widgets'));
    expect(error).toMatchObject({ code: 'redirected', movedTo: `/repositories/${id}` });
    expect(await client().getRepositoryById(id)).toMatchObject({ id, name: 'gadgets' });
  });
});

describe('the primary limit', () => {
  it('is not spent on what has not changed', async () => {
    const cached = clientOf(github.url, { cache: createReadCache() });
    await cached.getRepository('acme', 'widgets');
    const before = await cached.getRateLimit();
    for (let time = 0; time < 3; time += 1) await cached.getRepository('acme', 'widgets');
    expect((await cached.getRateLimit())?.used).toBe(before?.used);
    expect(before?.limit).toBe(5_000);
  });
});

describe('an App', () => {
  const tokens = () =>
    createAppTokens({
      ...{ appId: 4_711, privateKeyPem: testKeyPem, repository: at },
      ...{ apiUrl: github.url, userAgent: 'marketops-test' },
    });

  it('acts with a token pared down to what the operation needs', async () => {
    const { id } = await client().getRepository('acme', 'widgets');
    const app = tokens();
    const sha = github.state.repository('acme/widgets').refs.get('refs/heads/main') ?? '';
    const narrow = app.pared({ permissions: { contents: 'write', metadata: 'read' }, repositoryIds: [id] });
    const made = await clientOf(github.url, { token: narrow }).createRef(at, 'refs/tags/v1.0.0', sha);
    expect(made.ref).toBe('refs/tags/v1.0.0');
    const refused = await errorOf(clientOf(github.url, { token: narrow }).createPull(at, pull));
    expect(['forbidden', 'not_found']).toContain(refused.code);
    expect(await clientOf(github.url, { token: app.token }).createPull(at, pull)).toMatchObject({
      title: 'T',
    });
  });

  it('cannot have what its installation has not', async () => {
    const token = tokens().pared({ permissions: { administration: 'write' } });
    const error = await errorOf(clientOf(github.url, { token }).getRepository('acme', 'widgets'));
    expect(error).toMatchObject({ code: 'validation_failed', status: 422 });
  });
});
