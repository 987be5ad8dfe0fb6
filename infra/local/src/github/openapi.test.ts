import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedGitHub, startSimulatedGitHub } from './simulated-github.js';
import { type Ask, asker, contract } from './testing/asker.js';

/*
 * Every answer of the simulated GitHub, successes and refusals, against GitHub's own description. Fields that GitHub
 * does not describe count as faults: a client must not come to depend on what only the simulator says.
 */

const token = 'token-of-the-contract-test';
let github: SimulatedGitHub;

const ask = asker(() => github.url, token);
const repo = '/repos/{owner}/{repo}';
const at = '/repos/acme/widgets';
let headSha: string;
let releaseId: number;
let assetId: number;

beforeAll(async () => {
  github = await startSimulatedGitHub({
    tokens: [token],
    seed: [
      {
        owner: 'acme',
        name: 'widgets',
        branches: [
          { name: 'main', commits: ['one', 'two'] },
          { name: 'feature/x', from: 'main', commits: ['three'] },
          { name: 'same', from: 'main' },
        ],
        tags: [
          { name: 'v0.1.0', target: 'main' },
          { name: 'v0.2.0', target: 'main', message: 'Annotated' },
        ],
        releases: [
          { tag_name: 'v0.1.0', name: 'First', assets: [{ name: 'a.txt', content: 'hello' }] },
          { tag_name: 'v9', draft: true },
        ],
      },
      { owner: 'mallory', name: 'widgets', owner_type: 'User', fork_of: 'acme/widgets' },
      { owner: 'acme', name: 'secret', private: true },
      { owner: 'acme', name: 'empty', branches: [] },
    ],
  });
  headSha = github.state.repository('acme/widgets').refs.get('refs/heads/main') ?? '';
  const first = github.state.releases('acme/widgets')[0];
  releaseId = first?.id ?? 0;
  assetId = [...(first?.assets.keys() ?? [])][0] ?? 0;
});
afterAll(() => github.stop());

describe('reads follow the description', () => {
  it('of repositories, commits and branches', async () => {
    await ask(repo, at, 200);
    await ask(repo, '/repos/mallory/widgets', 200, { anonymous: true });
    await ask(repo, '/repos/acme/nothing', 404);
    await ask(`${repo}/commits/{ref}`, `${at}/commits/${headSha}`, 200);
    await ask(`${repo}/commits/{ref}`, `${at}/commits/heads%2Ffeature%2Fx`, 200);
    await ask(`${repo}/commits/{ref}`, `${at}/commits/no-such-branch`, 422);
    await ask(`${repo}/commits/{ref}`, '/repos/acme/empty/commits/main', 409);
    await ask(`${repo}/branches/{branch}`, `${at}/branches/feature%2Fx`, 200);
    await ask(`${repo}/branches/{branch}`, `${at}/branches/none`, 404);
  });

  it('of refs and tag objects', async () => {
    await ask(`${repo}/git/ref/{ref}`, `${at}/git/ref/tags/v0.1.0`, 200);
    await ask(`${repo}/git/ref/{ref}`, `${at}/git/ref/tags%2Fv0`, 404);
    await ask(`${repo}/git/matching-refs/{ref}`, `${at}/git/matching-refs/tags/v0`, 200);
    const tagSha = github.state.tags('acme/widgets').get('v0.2.0');
    await ask(`${repo}/git/tags/{tag_sha}`, `${at}/git/tags/${tagSha}`, 200);
    await ask(`${repo}/git/tags/{tag_sha}`, `${at}/git/tags/${headSha}`, 404);
  });

  it('of releases and assets', async () => {
    await ask(`${repo}/releases`, `${at}/releases?per_page=1&page=2`, 200);
    await ask(`${repo}/releases/{release_id}`, `${at}/releases/${releaseId}`, 200);
    await ask(`${repo}/releases/latest`, `${at}/releases/latest`, 200);
    await ask(`${repo}/releases/tags/{tag}`, `${at}/releases/tags/v0.1.0`, 200);
    await ask(`${repo}/releases/tags/{tag}`, `${at}/releases/tags/v9`, 404);
    await ask(`${repo}/releases/{release_id}/assets`, `${at}/releases/${releaseId}/assets`, 200);
    await ask(`${repo}/releases/assets/{asset_id}`, `${at}/releases/assets/${assetId}`, 200);
    await ask(`${repo}/releases/assets/{asset_id}`, `${at}/releases/assets/1`, 404);
  });

  it('of the account and its limits', async () => {
    await ask('/user', '/user', 200);
    await ask('/rate_limit', '/rate_limit', 200);
  });
});

describe('writes follow the description', () => {
  const post = (json: unknown): Ask => ({ method: 'POST', json });

  it('of tag objects and refs', async () => {
    const tag = { tag: 'v1.0.0', message: 'One', object: headSha, type: 'commit' };
    await ask(`${repo}/git/tags`, `${at}/git/tags`, 201, post(tag));
    const ref = { ref: 'refs/tags/v1.0.0', sha: headSha };
    await ask(`${repo}/git/refs`, `${at}/git/refs`, 201, post(ref));
    await ask(`${repo}/git/refs`, `${at}/git/refs`, 422, post(ref));
  });

  it('of releases and their assets', async () => {
    const release = { tag_name: 'v2.0.0', name: 'Two', body: 'Text', make_latest: 'true' };
    const made = await ask(`${repo}/releases`, `${at}/releases`, 201, post(release));
    await ask(`${repo}/releases`, `${at}/releases`, 422, post(release));
    await ask(`${repo}/releases`, `${at}/releases`, 422, post({ name: 'no tag' }));
    const { id } = made as { id: number };
    const patch = { method: 'PATCH', json: { prerelease: true, make_latest: 'false' } };
    await ask(`${repo}/releases/{release_id}`, `${at}/releases/${id}`, 200, patch);
    const assets = `${repo}/releases/{release_id}/assets`;
    const upload = { method: 'POST', bytes: 'bytes' };
    await ask(assets, `${at}/releases/${id}/assets?name=tool.tgz`, 201, upload);
    await ask(assets, `${at}/releases/${id}/assets?name=tool.tgz`, 422, upload);
    const asset = [...(github.state.repository('acme/widgets').releases.get(id)?.assets.keys() ?? [])][0];
    const gone = { method: 'DELETE' };
    await ask(`${repo}/releases/assets/{asset_id}`, `${at}/releases/assets/${asset}`, 204, gone);
  });

  it('of pull requests', async () => {
    const pull = { title: 'Three', head: 'feature/x', base: 'main', body: 'Please', draft: false };
    const made = await ask(`${repo}/pulls`, `${at}/pulls`, 201, post(pull));
    await ask(`${repo}/pulls`, `${at}/pulls`, 422, post(pull));
    await ask(`${repo}/pulls`, `${at}/pulls`, 422, post({ ...pull, head: 'same' }));
    const { number } = made as { number: number };
    await ask(`${repo}/pulls/{pull_number}`, `${at}/pulls/${number}`, 200);
    await ask(`${repo}/pulls`, `${at}/pulls?state=all&head=acme:feature/x`, 200);
  });

  it('refuses whom GitHub refuses', async () => {
    const release = post({ tag_name: 'v3' });
    await ask(`${repo}/releases`, `${at}/releases`, 401, { ...release, anonymous: true });
    await ask(repo, '/repos/acme/secret', 404, { anonymous: true });
  });
});

describe('the check itself', () => {
  const broken: [string, unknown][] = [
    ['a missing field', { ref: 'refs/tags/v1', node_id: 'x', url: 'https://a.test/' }],
    ['a wrong type', { ref: 1, node_id: 'x', url: 'https://a.test/', object: null }],
    ['not an object at all', 'text'],
  ];
  it.each(broken)('finds %s', (_, body) => {
    expect(contract.answerFaults('GET', `${repo}/git/ref/{ref}`, 200, body)).not.toEqual([]);
  });

  it('finds a field that GitHub does not have', () => {
    const body = { limit: 1, used: 0, remaining: 1, reset: 1, extra: true };
    const answer = { resources: { core: body, search: body }, rate: body };
    expect(contract.answerFaults('GET', '/rate_limit', 200, answer)).toContain(
      '$.rate.extra: GitHub has no such field',
    );
  });
});
