import { addAsset } from './domain/assets.js';
import { addCommit, heads, resolve, tags } from './domain/git.js';
import type { Commit, ObjectStore, Repository } from './domain/model.js';
import { createPull } from './domain/pulls.js';
import { createRelease } from './domain/releases.js';
import { createTagObject } from './domain/tags.js';
import { account, type GitHubState } from './state.js';

/*
 * What the world looks like before a test or a demo begins. The names are GitHub's own, in snake case, because the
 * same form is used in process, in a seed file and over POST /_sim/repositories.
 */

export interface SeedBranch {
  readonly name: string;
  /** The branch it starts from; without it, from nothing. Must stand before this one. */
  readonly from?: string;
  /** Commit messages, oldest first; a given `sha` (40 hex digits) is used as it is. */
  readonly commits?: readonly (string | { readonly message: string; readonly sha?: string })[];
}

export interface SeedTag {
  readonly name: string;
  /** A branch or a full SHA. */
  readonly target: string;
  /** Makes the tag an annotated one. */
  readonly message?: string;
}

export interface SeedRelease {
  readonly tag_name: string;
  readonly target_commitish?: string;
  readonly name?: string;
  readonly body?: string;
  readonly draft?: boolean;
  readonly prerelease?: boolean;
  readonly assets?: readonly {
    readonly name: string;
    readonly content: string;
    readonly content_type?: string;
  }[];
}

export interface SeedPull {
  readonly title: string;
  readonly head: string;
  readonly base: string;
  readonly body?: string;
  readonly draft?: boolean;
  readonly state?: 'open' | 'closed';
}

export interface SeedRepository {
  readonly owner: string;
  readonly name: string;
  readonly owner_type?: 'User' | 'Organization';
  /** Given ids must differ from the simulator's own, which count up from 1,000,001. */
  readonly id?: number;
  readonly description?: string;
  readonly private?: boolean;
  readonly archived?: boolean;
  /** `owner/name` of a repository that exists already. */
  readonly fork_of?: string;
  readonly default_branch?: string;
  /** Without it: one commit on the default branch. `[]` is an empty repository. */
  readonly branches?: readonly SeedBranch[];
  readonly tags?: readonly SeedTag[];
  readonly releases?: readonly SeedRelease[];
  readonly pulls?: readonly SeedPull[];
}

function growBranch(state: GitHubState, repository: Repository, branch: SeedBranch): void {
  const start = branch.from === undefined ? undefined : resolve(repository, heads(branch.from));
  if (branch.from !== undefined && start === undefined) {
    throw new Error(`Seed: branch ${branch.name} starts from ${branch.from}, which does not exist yet.`);
  }
  let tip: Commit | undefined = start;
  for (const entry of branch.commits ?? []) {
    const commit = typeof entry === 'string' ? { message: entry } : entry;
    const parents = tip === undefined ? [] : [tip.sha];
    tip = addCommit(repository.objects, { ...commit, parents, date: state.now() });
  }
  if (tip === undefined) throw new Error(`Seed: branch ${branch.name} has no commit.`);
  repository.refs.set(heads(branch.name), tip.sha);
}

function plantTag(state: GitHubState, repository: Repository, tag: SeedTag): void {
  const target = resolve(repository, tag.target);
  if (target === undefined)
    throw new Error(`Seed: tag ${tag.name} names ${tag.target}, which does not exist.`);
  const { name, message } = tag;
  const sha =
    message === undefined
      ? target.sha
      : createTagObject(state, repository, { tag: name, message, object: target.sha, type: 'commit' }).sha;
  repository.refs.set(tags(name), sha);
}

function plantRelease(state: GitHubState, repository: Repository, seed: SeedRelease): void {
  const release = createRelease(state, repository, state.bot, {
    tagName: seed.tag_name,
    targetCommitish: seed.target_commitish,
    name: seed.name,
    body: seed.body,
    draft: seed.draft,
    prerelease: seed.prerelease,
  });
  for (const asset of seed.assets ?? []) {
    addAsset(state, release, state.bot, {
      name: asset.name,
      label: null,
      contentType: asset.content_type ?? 'application/octet-stream',
      bytes: Buffer.from(asset.content),
    });
  }
}

function plantPull(state: GitHubState, repository: Repository, seed: SeedPull): void {
  const pull = createPull(state, repository, state.bot, {
    title: seed.title,
    head: seed.head,
    base: seed.base,
    body: seed.body ?? null,
    draft: seed.draft ?? false,
    maintainerCanModify: false,
  });
  pull.state = seed.state ?? 'open';
  pull.closedAt = pull.state === 'closed' ? state.now() : null;
}

/** Creates one repository with everything in it. Throws when the seed contradicts itself. */
export function plant(state: GitHubState, seed: SeedRepository): Repository {
  const parent = seed.fork_of === undefined ? null : state.repository(seed.fork_of);
  const objects: ObjectStore = parent?.objects ?? { commits: new Map(), tagObjects: new Map() };
  const defaultBranch = seed.default_branch ?? parent?.defaultBranch ?? 'main';
  const repository: Repository = {
    id: seed.id ?? state.nextId('repository'),
    owner: account(seed.owner, seed.owner_type ?? 'Organization'),
    name: seed.name,
    description: seed.description ?? null,
    private: seed.private ?? false,
    archived: seed.archived ?? false,
    parent,
    defaultBranch,
    createdAt: state.now(),
    objects,
    refs: new Map(parent?.refs ?? []),
    releases: new Map(),
    latestReleaseId: null,
    pulls: new Map(),
  };
  const first = { name: defaultBranch, commits: [`Initial commit of ${seed.owner}/${seed.name}`] };
  const branches = seed.branches ?? (parent === null ? [first] : []);
  for (const branch of branches) growBranch(state, repository, branch);
  state.add(repository);
  for (const tag of seed.tags ?? []) plantTag(state, repository, tag);
  for (const release of seed.releases ?? []) plantRelease(state, repository, release);
  for (const pull of seed.pulls ?? []) plantPull(state, repository, pull);
  return repository;
}

/** Another person pushes one commit to a branch; `force` replaces the branch's history instead of adding to it. */
export function push(
  state: GitHubState,
  repository: Repository,
  branch: string,
  options: { message?: string; force?: boolean } = {},
): Commit {
  const tip = repository.refs.get(heads(branch));
  const parents = tip === undefined || options.force === true ? [] : [tip];
  const message = options.message ?? `Change ${repository.objects.commits.size}`;
  const commit = addCommit(repository.objects, { message, parents, date: state.now() });
  repository.refs.set(heads(branch), commit.sha);
  return commit;
}
