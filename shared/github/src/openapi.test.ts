import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenApiContract } from '@marketops/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAppTokens } from './app/app-tokens.js';
import type { GitHubClient } from './client.js';
import { testKeyPem } from './testing/app-key.js';
import { type ContractServer, startContractServer } from './testing/contract-server.js';
import { at, canaryToken, clientOf, collect } from './testing/setup.js';

/*
 * What this client sends, held against GitHub's published description: method, path, query, headers and body of every
 * request; and what it reads: GitHub's own examples as answers, checked against its own schemas first.
 */

const contract = OpenApiContract.load();
const folder = mkdtempSync(join(tmpdir(), 'marketops-contract-'));
const path = join(folder, 'example.zip');
writeFileSync(path, 'zip');
let server: ContractServer;

beforeAll(async () => {
  server = await startContractServer(contract);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});

const sha = 'a'.repeat(40);
const release = {
  ...{ tagName: 'v1', targetCommitish: sha, name: 'One', body: '' },
  ...{ draft: true, prerelease: false, makeLatest: 'legacy' as const },
};
const pull = { title: 'T', head: 'acme:feature/x', base: 'main', body: 'B', draft: false };
const asset = {
  ...{ name: 'example.zip', path, sizeBytes: 3, contentType: 'application/zip' },
  sha256: createHash('sha256').update('zip').digest('hex'),
};

interface Exchange {
  readonly call: (client: GitHubClient) => Promise<unknown>;
  /** The endpoints asked, in order. */
  readonly asked: readonly string[];
  /** What is read of GitHub's example, in part. */
  readonly read: unknown;
  /** Query parameters that matter. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Changes to GitHub's example, where ours must answer what was asked for. */
  readonly amend?: (example: never) => unknown;
}

const repo = 'GET /repos/{owner}/{repo}';
const post = 'POST /repos/{owner}/{repo}';
const example = { repository: { id: 1_296_269, owner: 'octocat', name: 'Hello-World' }, pull: 1347 };
const taggedCommit = 'c3d0be41ecbe669545ee3e94d31ed9a4bc91ee3c';
const branchSha = 'aa218f56b14c9653891f9e74264a383fa43fefbd';

/** One entry for every method of the client: a method without one fails the test below. */
const exchanges: Readonly<Record<keyof GitHubClient, Exchange>> = {
  getRepository: {
    call: (client) => client.getRepository('octocat', 'Hello-World'),
    asked: [repo],
    read: example.repository,
  },
  getRepositoryById: {
    call: (client) => client.getRepositoryById(1_296_269),
    asked: ['GET /repositories/{id}'],
    read: example.repository,
  },
  resolveCommit: {
    call: (client) => client.resolveCommit(at, 'heads/feature/x'),
    asked: [`${repo}/commits/{ref}`],
    read: '6dcb09b5b57875f334f61aebed695e2e4193db5e',
    amend: (commit: { sha: string }) => commit.sha,
  },
  compareCommits: {
    call: async (client) => {
      const compared = await client.compareCommits(at, 'v1.0.0', 'acme:feature/x');
      return compared === null ? null : { ...compared, commits: await collect(compared.commits) };
    },
    asked: [`${repo}/compare/{basehead}`],
    query: { per_page: '100', page: '1' },
    read: {
      status: 'behind',
      aheadBy: 1,
      behindBy: 2,
      totalCommits: 1,
      commits: [{ authorLogin: 'octocat' }],
    },
  },
  getTag: {
    call: (client) => client.getTag(at, 'v0.0.1'),
    asked: [`${repo}/git/ref/{ref}`, `${repo}/git/tags/{tag_sha}`],
    amend: (one: { ref?: string; object: object }) =>
      one.ref === undefined
        ? one
        : { ...one, ref: 'refs/tags/v0.0.1', object: { ...one.object, type: 'tag' } },
    read: { refSha: branchSha, peeledSha: taggedCommit, annotated: true, message: 'initial version' },
  },
  listTags: {
    call: async (client) => collect(client.listTags(at)),
    asked: [`${repo}/tags`],
    query: { per_page: '100', page: '1' },
    read: [{ name: 'v0.1', commitSha: 'c5b97d5ae6c19d5c5df71a34c7fbeeda2479ccbc' }],
  },
  listRefs: {
    call: (client) => client.listRefs(at, 'heads/feature-'),
    asked: [`${repo}/git/matching-refs/{ref}`],
    read: [{ ref: 'refs/heads/feature-a', sha: branchSha, type: 'commit' }, {}],
  },
  getBranch: {
    call: (client) => client.getBranch(at, 'feature/x'),
    asked: [`${repo}/branches/{branch}`],
    read: { sha: '7fd1a60b01f91b314f59955a4e4d4e80d8edf11d' },
  },
  listReleases: {
    call: async (client) => collect(client.listReleases(at)),
    asked: [`${repo}/releases`],
    query: { per_page: '100', page: '1' },
    read: [{ id: 1, tagName: 'v1.0.0', draft: false, prerelease: false, immutable: false }],
  },
  getRelease: {
    call: (client) => client.getRelease(at, 1),
    asked: [`${repo}/releases/{release_id}`],
    read: {
      id: 1,
      tagName: 'v1.0.0',
      createdAt: '2013-02-27T19:35:32Z',
      publishedAt: '2013-02-27T19:35:32Z',
    },
  },
  getLatestRelease: {
    call: (client) => client.getLatestRelease(at),
    asked: [`${repo}/releases/latest`],
    read: { id: 1, tagName: 'v1.0.0' },
  },
  getLatestReleaseId: {
    call: async (client) => ({ id: await client.getLatestReleaseId(at) }),
    asked: [`${repo}/releases/latest`],
    read: { id: 1 },
  },
  listAssets: {
    call: async (client) => collect(client.listAssets(at, 1)),
    asked: [`${repo}/releases/{release_id}/assets`],
    query: { per_page: '100', page: '1' },
    read: [{ id: 1, name: 'example.zip', state: 'uploaded', sizeBytes: 1024 }],
  },
  findPulls: {
    call: (client) => client.findPulls(at, { head: 'octocat:new-topic', base: 'master', state: 'open' }),
    asked: [`${repo}/pulls`],
    query: { head: 'octocat:new-topic', base: 'master', state: 'open', per_page: '100', page: '1' },
    read: [{ number: example.pull, state: 'open' }],
  },
  getPull: {
    call: (client) => client.getPull(at, example.pull),
    asked: [`${repo}/pulls/{pull_number}`],
    read: {
      number: example.pull,
      labels: ['bug'],
      requestedReviewers: ['other_user'],
      requestedTeams: ['justice-league'],
      head: { ref: 'new-topic', repositoryFullName: 'octocat/Hello-World' },
    },
  },
  listPulls: {
    call: async (client) => collect(client.listPulls(at, { base: 'master', state: 'open', sort: 'updated' })),
    asked: [`${repo}/pulls`],
    query: { base: 'master', state: 'open', sort: 'updated', direction: 'desc', per_page: '100', page: '1' },
    read: [{ number: example.pull, authorLogin: 'octocat', updatedAt: '2011-01-26T19:01:12Z' }],
  },
  listMergedPulls: {
    call: async (client) => collect(client.listMergedPulls(at, { base: 'master' })),
    asked: [`${repo}/pulls`],
    query: {
      base: 'master',
      state: 'closed',
      sort: 'updated',
      direction: 'desc',
      per_page: '100',
      page: '1',
    },
    read: [{ number: example.pull, mergedAt: '2011-01-26T19:01:12Z' }],
  },
  listRequestedReviewers: {
    call: (client) => client.listRequestedReviewers(at, example.pull),
    asked: [`${repo}/pulls/{pull_number}/requested_reviewers`],
    read: { reviewers: ['octocat'], teams: ['justice-league'] },
  },
  listReviews: {
    call: async (client) => collect(client.listReviews(at, example.pull)),
    asked: [`${repo}/pulls/{pull_number}/reviews`],
    query: { per_page: '100', page: '1' },
    read: [{ id: 80, reviewer: 'octocat', state: 'APPROVED' }],
  },
  getLabel: {
    call: (client) => client.getLabel(at, 'Bug'),
    asked: [`${repo}/labels/{name}`],
    read: { id: 208_045_946, name: 'bug' },
  },
  isCollaborator: {
    call: async (client) => ({ is: await client.isCollaborator(at, 'renovate[bot]') }),
    asked: [`${repo}/collaborators/{username}`],
    read: { is: true },
  },
  getRateLimit: {
    call: (client) => client.getRateLimit(),
    asked: ['GET /rate_limit'],
    read: { resource: 'core', limit: 5_000, used: 1, remaining: 4_999, resetAtMs: 1_691_591_363_000 },
  },
  createTagObject: {
    call: (client) => client.createTagObject(at, { tag: 'v1', message: 'M', commitSha: sha }),
    asked: [`${post}/git/tags`],
    body: { tag: 'v1', message: 'M', object: sha, type: 'commit' },
    read: { sha: '940bd336248efae0f9ee5bc7b2d5c985887b16ac' },
  },
  createRef: {
    call: (client) => client.createRef(at, 'refs/tags/v1', sha),
    asked: [`${post}/git/refs`],
    body: { ref: 'refs/tags/v1', sha },
    read: { ref: 'refs/heads/featureA', sha: branchSha },
  },
  createRelease: {
    call: (client) => client.createRelease(at, release),
    asked: [`${post}/releases`],
    body: {
      ...{ tag_name: 'v1', target_commitish: sha, name: 'One', body: '' },
      ...{ draft: true, prerelease: false, make_latest: 'legacy' },
    },
    read: { id: 1, tagName: 'v1.0.0' },
  },
  updateRelease: {
    call: (client) => client.updateRelease(at, 1, { draft: false, makeLatest: 'true' }),
    asked: ['PATCH /repos/{owner}/{repo}/releases/{release_id}'],
    body: { draft: false, make_latest: 'true' },
    read: { id: 1, draft: false },
  },
  uploadAsset: {
    call: (client) => client.uploadAsset(at, 1, asset),
    asked: [`${post}/releases/{release_id}/assets`],
    query: { name: 'example.zip' },
    body: 'zip',
    read: { id: 1, name: 'example.zip' },
  },
  deleteAsset: {
    call: async (client) => ({ answer: (await client.deleteAsset(at, 1)) ?? null }),
    asked: ['DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}'],
    read: { answer: null },
  },
  createPull: {
    call: (client) => client.createPull(at, { ...pull, headRepository: { owner: 'Acme', name: 'fork' } }),
    asked: [`${post}/pulls`],
    body: { ...pull, head_repo: 'Acme/fork', maintainer_can_modify: false },
    read: { number: example.pull },
  },
  addLabels: {
    call: (client) => client.addLabels(at, example.pull, ['bug', 'good first issue']),
    asked: [`${post}/issues/{issue_number}/labels`],
    body: { labels: ['bug', 'good first issue'] },
    read: ['bug', 'enhancement'],
  },
  requestReviewers: {
    call: (client) =>
      client.requestReviewers(at, example.pull, { reviewers: ['other_user'], teams: ['justice-league'] }),
    asked: [`${post}/pulls/{pull_number}/requested_reviewers`],
    body: { reviewers: ['other_user'], team_reviewers: ['justice-league'] },
    read: {
      number: example.pull,
      requestedReviewers: ['octocat', 'hubot', 'other_user'],
      requestedTeams: ['justice-league'],
    },
  },
};

describe('the client', () => {
  it('has no method without a contract test', () => {
    expect(Object.keys(clientOf(server.url)).sort()).toEqual(Object.keys(exchanges).sort());
  });

  it.each(Object.entries(exchanges))('%s asks and reads as GitHub describes it', async (_, exchange) => {
    server.expect(exchange.amend as ((example: unknown) => unknown) | undefined);
    const read = await exchange.call(clientOf(server.url, { uploadUrl: `${server.url}/uploads` }));
    expect(server.faults).toEqual([]);
    expect(server.requests.map(({ name }) => name)).toEqual(exchange.asked);
    expect(read).toMatchObject(exchange.read as object);
    const last = server.requests.at(-1);
    expect(last?.query).toEqual(exchange.query ?? {});
    expect(last?.body).toEqual(exchange.body);
    expect(last?.headers).toMatchObject({
      authorization: `Bearer ${canaryToken}`,
      'user-agent': 'marketops-test',
      'x-github-api-version': '2022-11-28',
      'accept-encoding': 'identity',
    });
  });
});

describe('tokens of an App', () => {
  it('are asked for and read as GitHub describes it', async () => {
    server.expect((answer) =>
      // GitHub's example grants of 2016; ours are held against what was asked.
      typeof answer === 'object' && answer !== null && 'expires_at' in answer
        ? { ...answer, permissions: { contents: 'write', metadata: 'read' } }
        : answer,
    );
    const tokens = createAppTokens({
      ...{ appId: 'Iv1.8a61f9b3a7aba766', privateKeyPem: testKeyPem, repository: at },
      ...{ apiUrl: server.url, userAgent: 'marketops-test' },
      ...{ permissions: { contents: 'write' }, repositoryIds: [1_296_269] },
    });
    expect(await tokens.token()).toBe('ghs_16C7e42F292c6912E7710c838347Ae178B4a');
    expect(server.faults).toEqual([]);
    expect(server.requests.map(({ name }) => name)).toEqual([
      `${repo}/installation`,
      'POST /app/installations/{installation_id}/access_tokens',
    ]);
    expect(server.requests.at(-1)?.body).toEqual({
      permissions: { contents: 'write' },
      repository_ids: [1_296_269],
    });
  });
});
