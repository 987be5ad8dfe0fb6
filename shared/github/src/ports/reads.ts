import type { RepositoryAt } from '../names.js';
import type { Label, Pull, RequestedReviewers, Review } from '../shapes/pulls.js';
import type { RateLimitBudget } from '../shapes/rate-limits.js';
import type { Asset, Release } from '../shapes/releases.js';
import type { Commit, NamedTag, Repository } from '../shapes/repositories.js';

/** A tag as it stands on GitHub. */
export interface Tag {
  /** What the ref holds: the tag object's SHA when annotated, else the commit's. */
  readonly refSha: string;
  /**
   * The commit behind it. Compare this with what was authorized. Of a chain of more than 5 tags, the tag object after
   * the fifth: a value that is no commit’s, so that whoever made the chain cannot keep it from being looked at.
   */
  readonly peeledSha: string;
  readonly annotated: boolean;
  /** The annotation; null for a lightweight tag. */
  readonly message: string | null;
}

/** A ref as it stands on GitHub: not peeled. */
export interface Ref {
  /** In full: `refs/tags/v1.0.0`. */
  readonly ref: string;
  readonly sha: string;
  /** `tag` for an annotated tag, else mostly `commit`. */
  readonly type: 'commit' | 'tag' | 'tree' | 'blob';
}

export interface PullFilter {
  /** `owner:branch`. */
  readonly head: string;
  /** Every one by default. */
  readonly base?: string;
  readonly state: 'open' | 'closed' | 'all';
}

export interface PullListing {
  /** All branches by default. */
  readonly base?: string;
  /** `all` by default. */
  readonly state?: 'open' | 'closed' | 'all';
  /** Newest first by `created` (the default) or `updated`. */
  readonly sort?: 'created' | 'updated';
}

export interface MergedPullListing {
  readonly base: string;
  /**
   * An RFC 3339 time. Those not touched since are left out, and the pages with them are not asked for: what was merged
   * at T was touched at T or later.
   */
  readonly updatedSince?: string;
  /** Of 100 closed pull requests each, merged or not; where there are more, `response_too_large` after the last. 100 if not said. */
  readonly pagesMax?: number;
}

/** How a head stands to a base. */
export interface Comparison {
  /** Of the head: `ahead` has commits the base has not, `behind` lacks some, `diverged` both. */
  readonly status: 'ahead' | 'behind' | 'identical' | 'diverged';
  readonly aheadBy: number;
  readonly behindBy: number;
  /** How many `commits` there are to read. */
  readonly totalCommits: number;
  readonly baseSha: string;
  readonly mergeBaseSha: string;
  /**
   * What the head has and the base has not, oldest first. Pages are asked for as they are read, 100 at a time, at most
   * 10,000 commits (`response_too_large`). Fails with `invalid_response` when there are not as many as announced: the
   * head or the base has moved meanwhile. Give SHAs to be safe from that.
   */
  readonly commits: AsyncIterable<Commit>;
}

/**
 * What may be asked of GitHub. Nothing here changes anything. Every method throws GitHubError and nothing else.
 * `null` is GitHub's "not found": the thing is not there, or the token may not see it. Lists are read page by page, in
 * smaller pages where one is too large, at most 10,000 items, then `response_too_large`.
 */
export interface GitHubReads {
  /** `redirected` when it was renamed or transferred. */
  getRepository(owner: string, name: string): Promise<Repository>;
  /** The repository with this id under whatever name it has now; null when it was deleted, or may not be seen. */
  getRepositoryById(id: number): Promise<Repository | null>;
  /** The commit a SHA, a branch, `heads/…` or `tags/…` stands for. A plain name may be branch or tag: say which. */
  resolveCommit(repository: RepositoryAt, ref: string): Promise<string | null>;
  /** Base and head are SHAs, branches, tags or `owner:branch` of the same network. Null when either is not there. */
  compareCommits(repository: RepositoryAt, base: string, head: string): Promise<Comparison | null>;
  /** Follows annotated tags to the commit. */
  getTag(repository: RepositoryAt, tag: string): Promise<Tag | null>;
  /** Every tag with the commit behind it, in no order to rely on. */
  listTags(repository: RepositoryAt): AsyncIterable<NamedTag>;
  /**
   * Every ref below `heads/…` or `tags/…` whose name begins so. GitHub answers in one page: where it announces
   * another, `response_too_large`; then ask with a longer beginning.
   */
  listRefs(repository: RepositoryAt, beginning: string): Promise<Ref[]>;
  getBranch(repository: RepositoryAt, branch: string): Promise<{ readonly sha: string } | null>;
  /** All of them, newest first, drafts included where the token may write. */
  listReleases(repository: RepositoryAt): AsyncIterable<Release>;
  getRelease(repository: RepositoryAt, releaseId: number): Promise<Release | null>;
  /** The release marked "latest". Null when there is none: drafts and pre-releases never are. */
  getLatestRelease(repository: RepositoryAt): Promise<Release | null>;
  /** Its id alone; the mark stands nowhere on the release itself. */
  getLatestReleaseId(repository: RepositoryAt): Promise<number | null>;
  listAssets(repository: RepositoryAt, releaseId: number): AsyncIterable<Asset>;
  findPulls(repository: RepositoryAt, filter: PullFilter): Promise<Pull[]>;
  getPull(repository: RepositoryAt, number: number): Promise<Pull | null>;
  listPulls(repository: RepositoryAt, listing?: PullListing): AsyncIterable<Pull>;
  /** The merged ones, last touched first; `mergedAt` is never null. */
  listMergedPulls(repository: RepositoryAt, listing: MergedPullListing): AsyncIterable<Pull>;
  /** Those asked and not yet answering. Null when there is no such pull request. */
  listRequestedReviewers(repository: RepositoryAt, number: number): Promise<RequestedReviewers | null>;
  /** Every review given, oldest first. */
  listReviews(repository: RepositoryAt, number: number): AsyncIterable<Review>;
  /** By name, without regard to case. */
  getLabel(repository: RepositoryAt, name: string): Promise<Label | null>;
  /** Whether they may be asked for a review. Needs a token that may write to the repository. */
  isCollaborator(repository: RepositoryAt, login: string): Promise<boolean>;
  /** What is left of the primary limit; costs nothing of it. Null where the server keeps no limits. */
  getRateLimit(): Promise<RateLimitBudget | null>;
}
