import type { RepositoryAt } from '../names.js';
import type { Asset, Pull, Release, Repository } from '../shapes.js';

/** A tag as it stands on GitHub. */
export interface Tag {
  /** What the ref holds: the tag object's SHA when annotated, else the commit's. */
  readonly refSha: string;
  /** The commit behind it. Compare this with what was authorized. */
  readonly peeledSha: string;
  readonly annotated: boolean;
  /** The annotation; null for a lightweight tag. */
  readonly message: string | null;
}

export interface PullFilter {
  /** `owner:branch`. */
  readonly head: string;
  readonly base: string;
  readonly state: 'open' | 'closed' | 'all';
}

/**
 * What may be asked of GitHub. Nothing here changes anything. Every method throws GitHubError and nothing else.
 * `null` is GitHub's "not found": the thing is not there, or the token may not see it.
 */
export interface GitHubReads {
  /** `redirected` when it was renamed or transferred. */
  getRepository(owner: string, name: string): Promise<Repository>;
  /** The commit a SHA, a branch, `heads/…` or `tags/…` stands for. A plain name may be branch or tag: say which. */
  resolveCommit(repository: RepositoryAt, ref: string): Promise<string | null>;
  /** Follows annotated tags to the commit. */
  getTag(repository: RepositoryAt, tag: string): Promise<Tag | null>;
  getBranch(repository: RepositoryAt, branch: string): Promise<{ readonly sha: string } | null>;
  /** All of them, newest first, drafts included where the token may write. At most 10,000, then an error. */
  listReleases(repository: RepositoryAt): AsyncIterable<Release>;
  getRelease(repository: RepositoryAt, releaseId: number): Promise<Release | null>;
  /** The id of the release marked "latest"; the mark stands nowhere on the release itself. */
  getLatestReleaseId(repository: RepositoryAt): Promise<number | null>;
  listAssets(repository: RepositoryAt, releaseId: number): AsyncIterable<Asset>;
  findPulls(repository: RepositoryAt, filter: PullFilter): Promise<Pull[]>;
  getPull(repository: RepositoryAt, number: number): Promise<Pull | null>;
}
