import type { Repository } from '@marketops/contracts';
import {
  type Commit,
  type Comparison,
  createGitHubClient,
  GitHubError,
  type GitHubReads,
  type Pull,
  readsOnly,
} from '@marketops/github';
import { describe, expect, it } from 'vitest';
import { endlessPulls } from '../testing/endless-pulls.js';
import { changesBetween, webOriginOf } from './github-changes.js';

const repository: Repository = { id: 7, owner: 'acme', name: 'widgets' };
const range = { from: 'a'.repeat(40), to: 'b'.repeat(40), branch: 'main' };
const web = 'https://github.com';
const shaOf = (at: number): string => at.toString(16).padStart(40, '0');

/** GitHub with commits 0 … n-1 between, and a list of merged pull requests; counts what is read of either. */
function reads(commits: number, merged: readonly Pick<Pull, 'number' | 'mergeCommitSha'>[]) {
  const read = { commits: 0, pulls: 0, listing: undefined as unknown };
  const github: Pick<GitHubReads, 'compareCommits' | 'listMergedPulls'> = {
    compareCommits: async () =>
      Promise.resolve({
        totalCommits: commits,
        commits: (async function* () {
          for (let at = 0; at < commits; at += 1) {
            read.commits += 1;
            yield await Promise.resolve({
              sha: shaOf(at),
              committedAt: `2026-01-${String(10 + (at % 10)).padStart(2, '0')}T12:00:00Z`,
            } as Commit);
          }
        })(),
      } as unknown as Comparison),
    async *listMergedPulls(_at, listing) {
      read.listing = listing;
      for (const one of merged) {
        read.pulls += 1;
        yield await Promise.resolve({
          ...{ title: `Change ${one.number}`, authorLogin: 'ada', htmlUrl: `u/${one.number}` },
          ...one,
        } as Pull);
      }
    },
  };
  return { github: github as GitHubReads, read };
}

describe('what was merged between two commits', () => {
  it('given pull requests, then those count whose merge commit lies between, in the order of the commits', async () => {
    const merged = [
      { number: 3, mergeCommitSha: shaOf(5) },
      { number: 9, mergeCommitSha: 'f'.repeat(40) },
      { number: 8, mergeCommitSha: null },
      { number: 1, mergeCommitSha: shaOf(2) },
    ];
    const { github, read } = reads(6, merged);
    expect(await changesBetween(github, repository, range, web)).toEqual({
      pulls: [
        { author: 'ada', title: 'Change 1', url: 'u/1' },
        { author: 'ada', title: 'Change 3', url: 'u/3' },
      ],
      complete: true,
      web_url: 'https://github.com/acme/widgets',
    });
    // From an hour before the earliest commit on.
    expect(read.listing).toEqual({
      ...{ base: 'main', updatedSince: '2026-01-10T11:00:00.000Z' },
      pagesMax: 10,
    });
  });

  it('given more than a thousand commits, then no more are read, and it is not complete', async () => {
    const { github, read } = reads(1_500, []);
    expect(await changesBetween(github, repository, range, web)).toMatchObject({ complete: false });
    expect(read.commits).toBe(1_000);
  });

  it('given one commit dated 1970 and no end of closed pull requests, then ten pages are read, what is there is told, and that it is cut', async () => {
    const server = await endlessPulls({ [1_007]: shaOf(0) });
    const client = createGitHubClient({ apiUrl: server.url, token: 'ghp_of-no-use', userAgent: 'test' });
    const found = await changesBetween(readsOnly(client), repository, range, web);
    expect(found).toMatchObject({ complete: false, pulls: [{ title: 'Change 1007', author: 'ada' }] });
    expect(server.pages).toEqual(Array.from({ length: 10 }, (_, at) => at + 1));
    await server.stop();
  });

  it('given the list cannot be read for another reason, then nothing is told', async () => {
    const { github } = reads(1, []);
    const away = new GitHubError('connection', 'GitHub is away.');
    const failing: Pick<GitHubReads, 'listMergedPulls'> = {
      // biome-ignore lint/correctness/useYield: it fails before
      async *listMergedPulls() {
        await Promise.reject(away);
      },
    };
    await expect(changesBetween({ ...github, ...failing }, repository, range, web)).rejects.toBe(away);
  });

  it('given no common history there is nothing to say; given nothing before, nothing is asked', async () => {
    const nothing = { compareCommits: async () => Promise.resolve(null) } as unknown as GitHubReads;
    expect(await changesBetween(nothing, repository, range, web)).toBeNull();
    const first = await changesBetween({} as GitHubReads, repository, { ...range, from: null }, web);
    expect(first).toEqual({ pulls: [], complete: true, web_url: 'https://github.com/acme/widgets' });
  });

  it.each([
    ['https://api.github.com', 'https://github.com'],
    ['https://github.example.com/api/v3', 'https://github.example.com'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ])('given the API at %s, then people look at %s', (api, origin) => {
    expect(webOriginOf(api)).toBe(origin);
  });
});
