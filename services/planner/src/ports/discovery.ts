import type { Repository } from '@marketops/contracts';

/** What planning may read of the world. There is no way to write through it (laws D2, F4). */
export interface Discovery {
  /** Or why it cannot be planned for: it does not exist, was renamed, may not be seen. */
  repository(fullName: string): Promise<RepositoryFacts | { readonly fault: string }>;
  /** The commit a branch, tag or full SHA stands for; null when there is none, or a branch and a tag of the name differ. */
  commit(repository: Repository, revision: string): Promise<string | null>;
  /** The commit a tag finally points to; null when the tag does not exist. */
  tag(repository: Repository, tagName: string): Promise<string | null>;
  branch(repository: Repository, name: string): Promise<string | null>;
  /** The published releases by their tags; drafts are not seen by who may only read. */
  releases(repository: Repository): Promise<ReadonlyMap<string, ReleaseFacts>>;
  /** What a release has under a name; null when there is nothing. */
  asset(repository: Repository, releaseId: number, name: string): Promise<AssetFacts | null>;
  /** The tag of the release marked latest; null when there is none. */
  latestTag(repository: Repository): Promise<string | null>;
  /** Whether a branch of another repository (`owner:branch`) has a common history with a branch of this one. */
  related(repository: Repository, base: string, head: string): Promise<boolean>;
  label(repository: Repository, name: string): Promise<boolean>;
  /** Whether somebody may be asked to review; null where the token may not ask that. */
  collaborator(repository: Repository, login: string): Promise<boolean | null>;
  /** What was merged between two commits; null when they have no common history. */
  changes(repository: Repository, range: ChangeRange): Promise<Changes | null>;
}

export interface RepositoryFacts {
  readonly repository: Repository;
  readonly default_branch: string;
  readonly archived: boolean;
}

export interface ReleaseFacts {
  readonly id: number;
  /** Its tag name can never be used again, even when release and tag are deleted. */
  readonly immutable: boolean;
}

export interface AssetFacts {
  readonly size_bytes: number;
  /** 64 hex digits; null where GitHub reckons none. */
  readonly sha256: string | null;
  /** False for an upload under way, or one that broke off. */
  readonly complete: boolean;
}

export interface ChangeRange {
  /** A full SHA; null for a first release, of which nothing is listed. */
  readonly from: string | null;
  /** A full SHA. */
  readonly to: string;
  /** Whose merged pull requests are looked through. */
  readonly branch: string;
}

export interface Changes {
  /** In the order of their commits, oldest first. */
  readonly pulls: readonly MergedPull[];
  /** False where more lies between than was read. */
  readonly complete: boolean;
  /** Where people see the repository, without a slash at the end. */
  readonly web_url: string;
}

export interface MergedPull {
  readonly author: string | null;
  readonly title: string;
  readonly url: string;
}
