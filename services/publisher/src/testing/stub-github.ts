import { type GitHubClient, GitHubError, type Release, type Tag } from '@marketops/github';
import type { GitHubFor } from '../ports/github.js';
import { repository, targetSha } from './operations.js';

/** A repository in memory that answers at once: enough for a release without assets and for a tag. */
export interface StubGitHub {
  readonly releases: Release[];
  readonly writes: string[];
  readonly github: GitHubFor;
  /** Called before each write, after the kill switch; what it throws is the answer. */
  onWrite: (name: string) => Promise<void> | void;
}

export function stubGitHub(): StubGitHub {
  const releases: Release[] = [];
  const writes: string[] = [];
  const stub: StubGitHub = {
    releases,
    writes,
    onWrite: () => undefined,
    github: (_account, controls) => client(controls.beforeWrite),
  };

  const client = (beforeWrite: () => Promise<void>): GitHubClient => {
    const write = async (name: string): Promise<void> => {
      try {
        await beforeWrite();
      } catch (cause) {
        throw new GitHubError('aborted', 'stopped by the kill switch', { cause });
      }
      await stub.onWrite(name);
      writes.push(name);
    };
    const tag: Tag = { refSha: targetSha, peeledSha: targetSha, annotated: false, message: null };
    const absent = () => Promise.reject(new Error('the stub does not do this'));
    return {
      getRepository: async () =>
        Promise.resolve({ ...repository, defaultBranch: 'main', archived: false, private: false }),
      getTag: async () => Promise.resolve(releases.some(({ draft }) => !draft) ? tag : null),
      async *listReleases() {
        yield* releases;
      },
      async *listAssets() {},
      getRelease: async (_at, id) => Promise.resolve(releases.find((one) => one.id === id) ?? null),
      createRelease: async (_at, fields) => {
        await write('createRelease');
        const { tagName, targetCommitish, name, body, draft, prerelease } = fields;
        const release: Release = {
          ...{ tagName, targetCommitish, name, body, draft, prerelease, id: releases.length + 1 },
          ...{ htmlUrl: 'https://github.test/r', createdAt: '', publishedAt: null },
          immutable: false,
        };
        releases.push(release);
        return release;
      },
      ...{
        resolveCommit: absent,
        getBranch: absent,
        getLatestReleaseId: absent,
        findPulls: absent,
        getPull: absent,
      },
      ...{ createTagObject: absent, createRef: absent, updateRelease: absent, uploadAsset: absent },
      ...{ deleteAsset: absent, createPull: absent, addLabels: absent, requestReviewers: absent },
      ...{ getRepositoryById: absent, compareCommits: absent, listRefs: absent },
      getLatestRelease: async () => Promise.resolve(releases.findLast(({ draft }) => !draft) ?? null),
      ...{ listRequestedReviewers: absent, getLabel: absent, isCollaborator: absent, getRateLimit: absent },
      async *listTags() {},
      async *listPulls() {},
      async *listMergedPulls() {},
      async *listReviews() {},
    };
  };
  return stub;
}
