import type { RepositoryAt } from '../names.js';
import type { Asset, Pull, Release } from '../shapes.js';

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
  readonly base: string;
  readonly body: string;
  readonly draft: boolean;
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
}
