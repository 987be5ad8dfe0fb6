import type { RepositoryAt } from '../names.js';
import type { Pull } from '../shapes/pulls.js';
import type { Asset, Release } from '../shapes/releases.js';

export interface NewTagObject {
  readonly tag: string;
  readonly message: string;
  /** The commit it names. */
  readonly commitSha: string;
}

export interface NewRelease {
  readonly tagName: string;
  /** A full SHA or a branch. GitHub ignores it when the tag exists already: look first, compare after. */
  readonly targetCommitish: string;
  readonly name: string;
  readonly body: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly makeLatest: 'true' | 'false' | 'legacy';
}

export interface NewAsset {
  readonly name: string;
  /** The file with the bytes. */
  readonly path: string;
  /** At least 1: GitHub refuses empty assets. */
  readonly sizeBytes: number;
  /** 64 hex digits. Bytes with another digest are never completed: the last chunk is held back until it is known. */
  readonly sha256: string;
  readonly contentType: string;
}

export interface NewPull {
  readonly title: string;
  /** `owner:branch`. */
  readonly head: string;
  /** The repository of `head`, where it is a fork: needed when one owner has both. Its owner must be `head`'s. */
  readonly headRepository?: RepositoryAt;
  readonly base: string;
  readonly body: string;
  readonly draft: boolean;
}

export interface NewReviewers {
  /** Logins. */
  readonly reviewers: readonly string[];
  /** Slugs of teams of the repository's organisation. */
  readonly teams: readonly string[];
}

/**
 * What may be changed on GitHub. Each method is one mutating request, sent once: no retries, no redirects. Every
 * method throws GitHubError and nothing else; where it is `uncertain`, the change may have happened.
 */
export interface GitHubWrites {
  createTagObject(repository: RepositoryAt, tag: NewTagObject): Promise<{ readonly sha: string }>;
  /** `ref` is full: `refs/tags/v1.0.0`. */
  createRef(
    repository: RepositoryAt,
    ref: string,
    sha: string,
  ): Promise<{ readonly ref: string; readonly sha: string }>;
  createRelease(repository: RepositoryAt, release: NewRelease): Promise<Release>;
  /** Changes only the fields given. `draft: false` publishes. */
  updateRelease(repository: RepositoryAt, releaseId: number, changes: Partial<NewRelease>): Promise<Release>;
  uploadAsset(repository: RepositoryAt, releaseId: number, asset: NewAsset): Promise<Asset>;
  deleteAsset(repository: RepositoryAt, assetId: number): Promise<void>;
  createPull(repository: RepositoryAt, pull: NewPull): Promise<Pull>;
  /**
   * Adds 1 to 100 labels to a pull request or issue; what it has stays. Answers the names of all it has then. GitHub
   * makes labels that do not exist: ask `getLabel` first. Done twice is done once.
   */
  addLabels(repository: RepositoryAt, number: number, names: readonly string[]): Promise<string[]>;
  /**
   * Asks people and teams, 1 to 100, for a review. `validation_failed` when one of them is no collaborator; GitHub
   * leaves the pull request's author out silently. Done twice is done once, unless a review was given between.
   */
  requestReviewers(repository: RepositoryAt, number: number, asked: NewReviewers): Promise<Pull>;
}
