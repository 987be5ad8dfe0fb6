import { addAsset } from './domain/assets.js';
import { addCommit, heads, resolve, tags } from './domain/git.js';
import { addLabels, ensureLabel } from './domain/labels.js';
import { mergePull } from './domain/merge.js';
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
  readonly make_latest?: 'true' | 'false' | 'legacy';
  /** The login of who made it; without it the simulator's own account. */
  readonly author?: string;
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
  /** Merges it, which adds a commit to its base branch. */
  readonly merged?: boolean;
  /** The author's login. */
  readonly author?: string;
  /** Names; those the repository lacks are made. */
  readonly labels?: readonly string[];
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
  readonly labels?: readonly (
    | string
    | { readonly name: string; readonly color?: string; readonly description?: string }
  )[];
  /** Logins. Only they, and the owner, can be asked for a review. */
  readonly collaborators?: readonly string[];
  /** Slugs of the teams that can be asked for a review. */
  readonly teams?: readonly string[];
  /** Whether every release published here becomes immutable. */
  readonly immutable_releases?: boolean;
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
  const author = seed.author === undefined ? state.bot : account(seed.author, 'User');
  const release = createRelease(state, repository, author, {
    tagName: seed.tag_name,
    targetCommitish: seed.target_commitish,
    name: seed.name,
    body: seed.body,
    draft: seed.draft,
    prerelease: seed.prerelease,
    makeLatest: seed.make_latest,
  });
  // An immutable release was given its assets before it was published.
  for (const asset of seed.assets ?? []) {
    addAsset(state, { ...release, immutable: false }, author, {
      name: asset.name,
      label: null,
      contentType: asset.content_type ?? 'application/octet-stream',
      bytes: Buffer.from(asset.content),
    });
  }
}

function plantPull(state: GitHubState, repository: Repository, seed: SeedPull): void {
  const author = seed.author === undefined ? state.bot : account(seed.author, 'User');
  const pull = createPull(state, repository, author, {
    title: seed.title,
    head: seed.head,
    base: seed.base,
    body: seed.body ?? null,
    draft: seed.draft ?? false,
    maintainerCanModify: false,
  });
  if (seed.labels !== undefined) addLabels(state, repository, pull, seed.labels);
  if (seed.merged === true) {
    mergePull(state, repository, pull, state.bot);
    return;
  }
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
    formerNames: new Set(),
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
    labels: new Map(),
    collaborators: new Set((seed.collaborators ?? []).map((login) => login.toLowerCase())),
    teams: new Map(
      (seed.teams ?? []).map((slug) => [slug.toLowerCase(), { id: state.nextId('team'), slug }]),
    ),
    immutableReleases: seed.immutable_releases ?? false,
  };
  const first = { name: defaultBranch, commits: [`Initial commit of ${seed.owner}/${seed.name}`] };
  const branches = seed.branches ?? (parent === null ? [first] : []);
  for (const branch of branches) growBranch(state, repository, branch);
  state.add(repository);
  for (const tag of seed.tags ?? []) plantTag(state, repository, tag);
  for (const label of seed.labels ?? []) {
    ensureLabel(state, repository, typeof label === 'string' ? { name: label } : label);
  }
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
