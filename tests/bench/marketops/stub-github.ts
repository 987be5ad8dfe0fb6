import type { GitHubClient, Release } from '@marketops/github';

const repository = {
  id: 1,
  owner: 'acme',
  name: 'widgets',
  defaultBranch: 'main',
  archived: false,
  private: false,
};

/**
 * GitHub without GitHub: answers at once, from memory, what publishing a release without assets asks for. The list of
 * releases is always empty, as in a new repository, so that the cost of a run does not grow with the runs before it.
 */
export function stubGitHub(): GitHubClient {
  const releases = new Map<number, Release>();
  const commits = new Map<string, string>();
  const stub: Pick<
    GitHubClient,
    'getRepository' | 'getTag' | 'listReleases' | 'createRelease' | 'getRelease' | 'getLatestRelease'
  > = {
    getRepository: async () => Promise.resolve(repository),
    getTag: async (_at, tag) => {
      const sha = commits.get(tag);
      const found =
        sha === undefined ? null : { refSha: sha, peeledSha: sha, annotated: false, message: null };
      return Promise.resolve(found);
    },
    listReleases: async function* () {
      yield* [];
      await Promise.resolve();
    },
    createRelease: async (_at, asked) => {
      const id = releases.size + 1;
      const at = new Date().toISOString();
      const { makeLatest: _, ...fields } = asked;
      const release: Release = {
        ...fields,
        id,
        htmlUrl: `https://github.invalid/releases/${id}`,
        createdAt: at,
        publishedAt: at,
        immutable: false,
      };
      releases.set(id, release);
      commits.set(asked.tagName, asked.targetCommitish);
      return Promise.resolve(release);
    },
    getRelease: async (_at, id) => Promise.resolve(releases.get(id) ?? null),
    // Ids count up from 1, and the last one made is the latest.
    getLatestRelease: async () => Promise.resolve(releases.get(releases.size) ?? null),
  };
  return new Proxy(stub as GitHubClient, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (method !== undefined || typeof name === 'symbol' || name === 'then') return method;
      throw new TypeError(`the benchmark's stub has no ${name}`);
    },
  });
}
