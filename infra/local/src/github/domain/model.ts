/** Someone on GitHub: a user, an organization, or the account an App acts as. */
export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
}

export interface Commit {
  readonly sha: string;
  readonly treeSha: string;
  readonly message: string;
  /** SHAs; empty for a root commit. */
  readonly parents: readonly string[];
  /** ISO 8601 in UTC, whole seconds, as GitHub writes times. */
  readonly date: string;
}

type GitObjectType = 'commit' | 'tag';

/** An annotated tag: an object of its own that a ref may point to. */
export interface TagObject {
  readonly sha: string;
  readonly tag: string;
  readonly message: string;
  readonly target: { readonly sha: string; readonly type: GitObjectType };
  readonly tagger: { readonly name: string; readonly email: string; readonly date: string };
}

/** Forks share one store, as on GitHub: a fork's commits can be reached through its parent by their SHA. */
export interface ObjectStore {
  readonly commits: Map<string, Commit>;
  readonly tagObjects: Map<string, TagObject>;
}

export interface Asset {
  readonly id: number;
  /** As stored, which may not be what the uploader asked for. */
  readonly name: string;
  readonly label: string | null;
  /** `starter`: the upload broke off. Such a one has no digest, cannot be downloaded, and holds its name. */
  readonly state: 'uploaded' | 'starter';
  readonly contentType: string;
  readonly bytes: Buffer;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly uploader: Account;
  readonly createdAt: string;
  downloadCount: number;
}

export interface Release {
  readonly id: number;
  tagName: string;
  targetCommitish: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  /** Settled when it is published, by the repository's setting at that moment; never taken back. */
  immutable: boolean;
  readonly author: Account;
  createdAt: string;
  publishedAt: string | null;
  updatedAt: string;
  readonly assets: Map<number, Asset>;
}

/** One end of a pull request. An open one follows its branch; a closed one keeps the SHA it had. */
export interface PullEnd {
  readonly repository: Repository;
  readonly branch: string;
  sha: string;
}

export interface Label {
  readonly id: number;
  readonly name: string;
  /** Six hex digits. */
  readonly color: string;
  readonly description: string | null;
}

/** A team that may be asked for reviews. */
export interface Team {
  readonly id: number;
  readonly slug: string;
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';

export interface Review {
  readonly id: number;
  readonly user: Account;
  readonly state: ReviewState;
  readonly body: string;
  readonly commitId: string;
  readonly submittedAt: string;
}

export interface Pull {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
  state: 'open' | 'closed';
  closedAt: string | null;
  /** With the commit that the merge made on the base branch. */
  merged: { readonly at: string; readonly sha: string; readonly by: Account } | null;
  readonly head: PullEnd;
  /** Somebody may point it at another branch. */
  base: PullEnd;
  readonly author: Account;
  readonly createdAt: string;
  updatedAt: string;
  /** In the order added. */
  labels: readonly Label[];
  requestedReviewers: readonly Account[];
  requestedTeams: readonly Team[];
  reviews: readonly Review[];
}

export interface Repository {
  readonly id: number;
  owner: Account;
  name: string;
  /** Lower-case full names it once had. Who was given it by name still has it. */
  readonly formerNames: Set<string>;
  readonly description: string | null;
  readonly private: boolean;
  archived: boolean;
  readonly parent: Repository | null;
  readonly defaultBranch: string;
  readonly createdAt: string;
  readonly objects: ObjectStore;
  /** Full ref name (`refs/heads/main`) → SHA of a commit or a tag object. */
  readonly refs: Map<string, string>;
  /** In order of creation. */
  readonly releases: Map<number, Release>;
  latestReleaseId: number | null;
  readonly pulls: Map<number, Pull>;
  /** By lower-case name. */
  readonly labels: Map<string, Label>;
  /** Lower-case logins of who may be asked for a review, beside the owner. */
  readonly collaborators: Set<string>;
  /** By slug. */
  readonly teams: Map<string, Team>;
  /** Whether what is published from now on is immutable. */
  immutableReleases: boolean;
}

export const fullName = (repository: Repository): string => `${repository.owner.login}/${repository.name}`;

/** Whether the repository has the name, or had it. */
export const isKnownAs = (repository: Repository, name: string): boolean =>
  fullName(repository).toLowerCase() === name.toLowerCase() || repository.formerNames.has(name.toLowerCase());
