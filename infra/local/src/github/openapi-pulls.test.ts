import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedGitHub, startSimulatedGitHub } from './simulated-github.js';
import { type Ask, asker } from './testing/asker.js';

/* What release notes and finished pull requests are made of, against GitHub's own description. */

const token = 'token-of-the-contract-test';
let github: SimulatedGitHub;
const ask = asker(() => github.url, token);
const repo = '/repos/{owner}/{repo}';
const at = '/repos/acme/widgets';
const post = (json: unknown): Ask => ({ method: 'POST', json });

beforeAll(async () => {
  github = await startSimulatedGitHub({
    tokens: [token],
    seed: [
      {
        owner: 'acme',
        name: 'widgets',
        branches: [
          { name: 'main', commits: ['one'] },
          { name: 'first', from: 'main', commits: ['a', 'b'] },
          { name: 'second', from: 'main', commits: ['c'] },
          { name: 'feature/x', from: 'main', commits: ['d'] },
          { name: 'alone', commits: ['else'] },
        ],
        tags: [{ name: 'v1.0.0', target: 'main' }],
        labels: ['release', { name: 'Needs Review', color: 'ff0000', description: 'Look at it' }],
        collaborators: ['Rita'],
        teams: ['core'],
        immutable_releases: true,
        pulls: [
          { title: 'First', head: 'first', base: 'main', merged: true, author: 'ann', labels: ['release'] },
          { title: 'Second', head: 'second', base: 'main', merged: true },
          { title: 'X', head: 'feature/x', base: 'main', author: 'ann' },
        ],
      },
    ],
  });
});
afterAll(() => github.stop());

describe('what has changed follows the description', () => {
  it('of comparisons, in pages', async () => {
    const template = `${repo}/compare/{basehead}`;
    const whole = await ask(template, `${at}/compare/v1.0.0...main`, 200);
    expect(whole).toMatchObject({ status: 'ahead', ahead_by: 5, behind_by: 0, total_commits: 5 });
    const messages = (answer: unknown): string[] =>
      (answer as { commits: { commit: { message: string } }[] }).commits.map((one) => one.commit.message);
    expect(messages(whole).map((text) => text.split('\n')[0])).toEqual([
      ...['a', 'b', 'Merge pull request #1 from acme/first', 'c', 'Merge pull request #2 from acme/second'],
    ]);
    const page = await ask(template, `${at}/compare/v1.0.0...main?per_page=2&page=2`, 200);
    expect(page).toMatchObject({ total_commits: 5 });
    expect(messages(page)).toHaveLength(2);
    expect(await ask(template, `${at}/compare/main...feature%2Fx`, 200)).toMatchObject({
      ...{ status: 'diverged', ahead_by: 1, behind_by: 5 },
    });
    expect(await ask(template, `${at}/compare/main...main`, 200)).toMatchObject({ status: 'identical' });
    await ask(template, `${at}/compare/main...nowhere`, 404);
    await ask(template, `${at}/compare/main...alone`, 404);
    await ask(template, `${at}/compare/main`, 404);
  });

  it('of merged pull requests, the last updated first', async () => {
    const query = 'state=closed&base=main&sort=updated&direction=desc&per_page=100';
    const listed = await ask(`${repo}/pulls`, `${at}/pulls?${query}`, 200);
    const sha = github.state.repository('acme/widgets').refs.get('refs/heads/main');
    expect(listed).toMatchObject([
      { number: 2, merge_commit_sha: sha },
      { number: 1, user: { login: 'ann' }, labels: [{ name: 'release' }] },
    ]);
    await ask(`${repo}/pulls/{pull_number}`, `${at}/pulls/1`, 200);
  });

  it('of tags and of the latest release', async () => {
    const release = post({ tag_name: 'v2.0.0', make_latest: 'legacy' });
    const made = await ask(`${repo}/releases`, `${at}/releases`, 201, release);
    expect(made).toMatchObject({ immutable: true });
    await ask(`${repo}/releases/latest`, `${at}/releases/latest`, 200);
    expect(await ask(`${repo}/tags`, `${at}/tags?per_page=1`, 200)).toMatchObject([{ name: 'v2.0.0' }]);
    await ask(`${repo}/immutable-releases`, `${at}/immutable-releases`, 200);
    const { id } = made as { id: number };
    await ask(`${repo}/releases/{release_id}`, `${at}/releases/${id}`, 204, { method: 'DELETE' });
    await ask(`${repo}/releases/latest`, `${at}/releases/latest`, 404);
  });
});

describe('what finishes a pull request follows the description', () => {
  it('of labels, which come into being when they are used', async () => {
    await ask(`${repo}/labels/{name}`, `${at}/labels/needs%20review`, 200);
    await ask(`${repo}/labels/{name}`, `${at}/labels/unheard-of`, 404);
    const labels = `${repo}/issues/{issue_number}/labels`;
    await ask(labels, `${at}/issues/3/labels`, 200, post({ labels: ['release', 'unheard-of'] }));
    expect(await ask(labels, `${at}/issues/3/labels`, 200, post({ labels: ['RELEASE'] }))).toHaveLength(2);
    expect(await ask(labels, `${at}/issues/3/labels`, 200)).toHaveLength(2);
    await ask(`${repo}/labels/{name}`, `${at}/labels/unheard-of`, 200);
    await ask(labels, `${at}/issues/99/labels`, 404, post({ labels: ['release'] }));
  });

  it('of reviewers, who are no longer asked once they have reviewed', async () => {
    const template = `${repo}/pulls/{pull_number}/requested_reviewers`;
    const path = `${at}/pulls/3/requested_reviewers`;
    const asked = post({ reviewers: ['Rita'], team_reviewers: ['core'] });
    await ask(template, path, 201, asked);
    await ask(template, path, 201, asked);
    expect(await ask(template, path, 200)).toMatchObject({
      ...{ users: [{ login: 'Rita' }], teams: [{ slug: 'core' }] },
    });
    await ask(template, path, 422, post({ reviewers: ['stranger'] }));
    await ask(template, path, 422, post({ team_reviewers: ['nobody'] }));
    await ask(template, path, 422, post({ reviewers: ['ann'] }));
    await ask(`${repo}/pulls/{pull_number}`, `${at}/pulls/3`, 200);
    github.review('acme/widgets', 3, { login: 'rita', state: 'APPROVED' });
    expect(await ask(template, path, 200)).toMatchObject({ users: [] });
    const reviews = `${repo}/pulls/{pull_number}/reviews`;
    expect(await ask(reviews, `${at}/pulls/3/reviews`, 200)).toMatchObject([
      { state: 'APPROVED', user: { login: 'rita' } },
    ]);
  });

  it('of collaborators', async () => {
    await ask(`${repo}/collaborators/{username}`, `${at}/collaborators/rita`, 204);
    await ask(`${repo}/collaborators/{username}`, `${at}/collaborators/stranger`, 404);
  });

  it('of a base changed by hand, and of texts that GitHub trims or refuses', async () => {
    const patch = (json: object, status: number) =>
      ask(`${repo}/pulls/{pull_number}`, `${at}/pulls/3`, status, { method: 'PATCH', json });
    expect(await patch({ base: 'first', title: '  X  ' }, 200)).toMatchObject({
      title: 'X',
      base: { ref: 'first' },
    });
    await patch({ base: 'gone' }, 422);
    expect(await patch({ body: 'x'.repeat(65_537) }, 422)).toMatchObject({
      errors: [{ field: 'body', message: 'body is too long (maximum is 65536 characters)' }],
    });
    const second = { title: 'Y', head: 'feature/x', base: 'main' };
    await ask(`${repo}/pulls`, `${at}/pulls`, 201, { method: 'POST', json: second });
    expect(await patch({ base: 'main' }, 422)).toMatchObject({
      errors: [{ message: expect.stringContaining('already exists') as unknown }],
    });
  });

  it('of changes by hand', async () => {
    const change = { method: 'PATCH', json: { title: 'Other', state: 'closed' } };
    await ask(`${repo}/pulls/{pull_number}`, `${at}/pulls/3`, 200, change);
    const reopened = { method: 'PATCH', json: { state: 'open' } };
    await ask(`${repo}/pulls/{pull_number}`, `${at}/pulls/1`, 422, reopened);
    await ask(`${repo}/git/refs/{ref}`, `${at}/git/refs/heads%2Falone`, 204, { method: 'DELETE' });
    await ask(`${repo}/git/refs/{ref}`, `${at}/git/refs/heads%2Falone`, 422, { method: 'DELETE' });
  });
});
