import type { Repository } from '@marketops/contracts';
import { ConfigError, type LoadedConfig } from '@marketops/engine';
import { GitHubError, type GitHubReads } from '@marketops/github';
import { describe, expect, it } from 'vitest';
import { sha } from '../testing/world.js';
import { discoveryOver, githubDiscovery } from './github-discovery.js';

const repository: Repository = { id: 7, owner: 'acme', name: 'widgets' };
/** GitHub with the answers a test gives; every other question is a failure. */
const discovery = (answers: Partial<Record<keyof GitHubReads, () => Promise<unknown>>>) =>
  discoveryOver(answers as unknown as GitHubReads);
const throwing = (fault: Error) => async () => Promise.reject(fault);

describe('discovery over GitHub', () => {
  it('given a repository, then its number and its name as GitHub spells it count, not what was asked for', async () => {
    const answer = { id: 7, owner: 'Acme', name: 'Widgets', defaultBranch: 'trunk', archived: true };
    const found = discovery({ getRepository: async () => Promise.resolve(answer) }).repository(
      'acme/widgets',
    );
    expect(await found).toEqual({
      repository: { id: 7, owner: 'Acme', name: 'Widgets' },
      default_branch: 'trunk',
      archived: true,
    });
  });

  it.each(['not_found', 'redirected', 'forbidden'] as const)(
    'given GitHub says %s of the repository, then that is a fact of the plan',
    async (code) => {
      const asked = discovery({ getRepository: throwing(new GitHubError(code, `it said ${code}`)) });
      expect(await asked.repository('acme/widgets')).toEqual({ fault: `it said ${code}` });
    },
  );

  it.each(['timeout', 'connection', 'service_unavailable'] as const)(
    'given GitHub is away (%s), then planning is tried again later',
    async (code) => {
      const away = throwing(new GitHubError(code, 'away'));
      const asked = discovery({ getRepository: away, getTag: away, getBranch: away, resolveCommit: away });
      for (const answer of [
        () => asked.repository('acme/widgets'),
        () => asked.tag(repository, 'v1'),
        () => asked.branch(repository, 'main'),
        () => asked.commit(repository, 'main'),
      ]) {
        await expect(answer()).rejects.toMatchObject({ code, retry: 'transient' });
      }
    },
  );

  it.each([
    [30_000, 30_000],
    [undefined, 60_000],
  ])(
    'given a rate limit for %s ms, then the job is held for %s ms and no attempt is spent',
    async (retryAfterMs, delayMs) => {
      const details = retryAfterMs === undefined ? {} : { retryAfterMs };
      const limited = throwing(new GitHubError('rate_limited', 'slow down', details));
      const asked = discovery({ getRepository: limited, getTag: limited });
      for (const answer of [() => asked.repository('acme/widgets'), () => asked.tag(repository, 'v1')]) {
        await expect(answer()).rejects.toMatchObject({ code: 'held', retry: 'hold', delayMs });
      }
    },
  );

  it.each<[string, string, Record<string, string>, string | null]>([
    ['a branch', 'v1', { 'heads/v1': sha('b') }, sha('b')],
    ['a tag', 'v1', { 'tags/v1': sha('c') }, sha('c')],
    ['both, of one commit', 'v1', { 'heads/v1': sha('b'), 'tags/v1': sha('b') }, sha('b')],
    ['both, of two commits', 'v1', { 'heads/v1': sha('b'), 'tags/v1': sha('c') }, null],
    ['neither', 'v1', {}, null],
    ['a full SHA', sha('d'), { [sha('d')]: sha('d') }, sha('d')],
    ['a shortened SHA, which GitHub would take', 'dddddddd', { dddddddd: sha('d') }, null],
  ])('given a target that is %s, then it is never guessed', async (_what, revision, known, expected) => {
    const reads = { resolveCommit: async (_at: unknown, ref: string) => Promise.resolve(known[ref] ?? null) };
    expect(await discoveryOver(reads as unknown as GitHubReads).commit(repository, revision)).toBe(expected);
  });

  it('given a tag, then the commit it finally points to counts; given no tag or branch, then there is none', async () => {
    const asked = discovery({
      getTag: async () => Promise.resolve({ peeledSha: 'a'.repeat(40) }),
      getBranch: async () => Promise.resolve(null),
    });
    expect(await asked.tag(repository, 'v1')).toBe('a'.repeat(40));
    expect(await asked.branch(repository, 'gone')).toBeNull();
    expect(await discovery({ getTag: async () => Promise.resolve(null) }).tag(repository, 'v2')).toBeNull();
  });

  it('given what a release has under a name, then its size, its digest and whether it is whole', async () => {
    const found = [
      { name: 'other', sizeBytes: 1, sha256: null, state: 'uploaded' },
      { name: 'proof.json', sizeBytes: 2, sha256: '0'.repeat(64), state: 'uploaded' },
      { name: 'broken.json', sizeBytes: 0, sha256: null, state: 'starter' },
    ];
    const asked = discoveryOver({
      async *listAssets() {
        yield* await Promise.resolve(found);
      },
    } as unknown as GitHubReads);
    const whole = { size_bytes: 2, sha256: '0'.repeat(64), complete: true };
    expect(await asked.asset(repository, 5, 'proof.json')).toEqual(whole);
    expect(await asked.asset(repository, 5, 'broken.json')).toMatchObject({ complete: false });
    expect(await asked.asset(repository, 5, 'gone.json')).toBeNull();
  });

  it('given no token to read with, then the planner does not start', () => {
    const loaded = { config: { accounts: { acme: {} } }, apiUrl: 'https://api.github.com' };
    const start = () => githubDiscovery(loaded as unknown as LoadedConfig, { GITHUB_READ_TOKEN: '' });
    expect(start).toThrow(ConfigError);
    expect(start).toThrow(expect.objectContaining({ code: 'key_missing' }));
  });

  it('D2, F4: given the port, then it only asks', () => {
    expect(Object.keys(discovery({})).sort()).toEqual([
      ...['asset', 'branch', 'changes', 'collaborator', 'commit', 'label', 'latestTag', 'related'],
      ...['releases', 'repository', 'tag'],
    ]);
  });
});
