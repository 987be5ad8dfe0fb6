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
}

export interface RepositoryFacts {
  readonly repository: Repository;
  readonly default_branch: string;
  readonly archived: boolean;
}
