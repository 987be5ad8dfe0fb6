/** Someone on GitHub: a user or an organization. */
export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization';
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
  readonly author: Account;
  createdAt: string;
  publishedAt: string | null;
  readonly assets: Map<number, Asset>;
}

/** One end of a pull request. An open one follows its branch; a closed one keeps the SHA it had. */
export interface PullEnd {
  readonly repository: Repository;
  readonly branch: string;
  sha: string;
}

export interface Pull {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
  state: 'open' | 'closed';
  closedAt: string | null;
  readonly head: PullEnd;
  readonly base: PullEnd;
  readonly author: Account;
  readonly createdAt: string;
}

export interface Repository {
  readonly id: number;
  owner: Account;
  name: string;
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
}

export const fullName = (repository: Repository): string => `${repository.owner.login}/${repository.name}`;
