import { type FieldError, Problem, validationFailed } from '../problem.js';
import type { GitHubState } from '../state.js';
import { isRefName, peel, resolveTarget, tags } from './git.js';
import type { Account, Release, Repository } from './model.js';

type MakeLatest = 'true' | 'false' | 'legacy';

export interface ReleaseFields {
  readonly tagName?: string | undefined;
  readonly targetCommitish?: string | undefined;
  readonly name?: string | undefined;
  readonly body?: string | undefined;
  readonly draft?: boolean | undefined;
  readonly prerelease?: boolean | undefined;
  readonly makeLatest?: MakeLatest | undefined;
}

const bodyCharsMax = 125_000;
const error = (rest: Omit<FieldError, 'resource'>): FieldError => ({ resource: 'Release', ...rest });

/**
 * What GitHub checks before it stores a release: the tag's name, that no other published release has it, and the
 * target. The target counts only while the tag does not exist; an existing tag wins, wherever it points.
 */
function check(state: GitHubState, repository: Repository, wanted: Release): void {
  const errors: FieldError[] = [];
  const custom = (message: string): FieldError => error({ code: 'custom', field: 'tag_name', message });
  const untagged = error({ code: 'custom', message: 'Published releases must have a valid tag' });
  if (!wanted.immutable && !wanted.draft && state.hasBurntTag(repository, wanted.tagName)) {
    errors.push(custom('tag_name was used by an immutable release'), untagged);
  } else if (!isRefName(tags(wanted.tagName))) {
    errors.push(custom('tag_name is not a valid tag'), custom('tag_name is not well-formed'));
    if (!wanted.draft) errors.push(untagged);
  } else if (
    !repository.refs.has(tags(wanted.tagName)) &&
    resolveTarget(repository, wanted.targetCommitish) === undefined
  ) {
    if (!wanted.draft) errors.push(custom('tag_name is not a valid tag'), untagged);
    errors.push(error({ code: 'invalid', field: 'target_commitish' }));
  }
  if ((wanted.body?.length ?? 0) > bodyCharsMax) {
    const message = `body is too long (maximum is ${bodyCharsMax} characters)`;
    errors.push(error({ code: 'custom', field: 'body', message }));
  }
  const taken = [...repository.releases.values()].some(
    (other) => other.id !== wanted.id && !other.draft && other.tagName === wanted.tagName,
  );
  if (taken && !wanted.draft) errors.push(error({ code: 'already_exists', field: 'tag_name' }));
  if (errors.length > 0) throw validationFailed(...errors);
}

/** Makes the tag where it is missing, and says when the release became public. */
function publish(state: GitHubState, repository: Repository, release: Release): void {
  const ref = tags(release.tagName);
  const target = resolveTarget(repository, release.targetCommitish);
  if (!repository.refs.has(ref) && target !== undefined) repository.refs.set(ref, target.sha);
  const commit = peel(repository.objects, repository.refs.get(ref) ?? '');
  release.createdAt = commit?.date ?? release.createdAt;
  if (release.publishedAt !== null) return;
  release.publishedAt = state.now();
  release.immutable = repository.immutableReleases;
  if (release.immutable) state.burnTag(repository, release.tagName);
}

const versionOf = (tag: string): readonly number[] | undefined =>
  /^v?(\d+)\.(\d+)\.(\d+)$/.exec(tag)?.slice(1).map(Number);

/** Which of two releases is the later by GitHub's `legacy` rule: its commit's date, then its version, then its id. */
function laterByLegacy(a: Release, b: Release): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  const [left, right] = [versionOf(a.tagName), versionOf(b.tagName)];
  for (const index of left === undefined || right === undefined ? [] : [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.id - b.id;
}

/** `true` is GitHub's default for a release that has just been published; nothing else takes the place by itself. */
function settleLatest(repository: Repository, release: Release, makeLatest: MakeLatest | undefined): void {
  const eligible = (one: Release): boolean => !one.draft && !one.prerelease;
  if (eligible(release) && makeLatest === 'true') {
    repository.latestReleaseId = release.id;
  } else if (eligible(release) && makeLatest === 'legacy') {
    const all = [...repository.releases.values()].filter(eligible).sort(laterByLegacy);
    repository.latestReleaseId = all.at(-1)?.id ?? null;
  } else if (repository.latestReleaseId === release.id && (!eligible(release) || makeLatest === 'false')) {
    const others = [...repository.releases.values()].filter((one) => eligible(one) && one !== release);
    others.sort(laterByLegacy);
    repository.latestReleaseId = others.at(-1)?.id ?? null;
  }
}

export function createRelease(
  state: GitHubState,
  repository: Repository,
  author: Account,
  fields: ReleaseFields & { readonly tagName: string },
): Release {
  const made: Release = {
    id: state.nextId('release'),
    tagName: fields.tagName,
    targetCommitish: fields.targetCommitish ?? repository.defaultBranch,
    name: fields.name ?? null,
    body: fields.body ?? null,
    draft: fields.draft ?? false,
    prerelease: fields.prerelease ?? false,
    immutable: false,
    author,
    createdAt: state.now(),
    publishedAt: null,
    updatedAt: state.now(),
    assets: new Map(),
  };
  check(state, repository, made);
  repository.releases.set(made.id, made);
  if (!made.draft) publish(state, repository, made);
  settleLatest(repository, made, fields.makeLatest ?? 'true');
  return made;
}

/** Of an immutable release only its text and its standing can be changed. */
function refuseImmutable(release: Release, wanted: Release): void {
  const fixed = (['tagName', 'targetCommitish', 'draft'] as const).find(
    (key) => release[key] !== wanted[key],
  );
  if (fixed === undefined) return;
  const field = { tagName: 'tag_name', targetCommitish: 'target_commitish', draft: 'draft' }[fixed];
  const message = `${field} cannot be changed when release is immutable`;
  throw validationFailed(error({ code: 'custom', field, message }));
}

/** Its tag stays. The mark "latest" goes to the next one. */
export function deleteRelease(repository: Repository, release: Release): void {
  settleLatest(repository, release, 'false');
  repository.releases.delete(release.id);
}

/** While an immutable release exists, its tag can neither be moved nor deleted, by anybody. */
export function requireMovable(repository: Repository, ref: string): void {
  const locked = [...repository.releases.values()].some(
    (release) => release.immutable && tags(release.tagName) === ref,
  );
  if (locked)
    throw new Problem(422, `Repository rule violations found\n\nCannot update this protected ref.\n\n`);
}

export function updateRelease(
  state: GitHubState,
  repository: Repository,
  release: Release,
  fields: ReleaseFields,
): Release {
  const wanted: Release = {
    ...release,
    tagName: fields.tagName ?? release.tagName,
    targetCommitish: fields.targetCommitish ?? release.targetCommitish,
    name: fields.name ?? release.name,
    body: fields.body ?? release.body,
    draft: fields.draft ?? release.draft,
    prerelease: fields.prerelease ?? release.prerelease,
  };
  if (release.immutable) refuseImmutable(release, wanted);
  check(state, repository, wanted);
  const published = release.draft && !wanted.draft;
  Object.assign(release, wanted, { updatedAt: state.now() });
  if (!release.draft) publish(state, repository, release);
  else release.publishedAt = null;
  settleLatest(repository, release, fields.makeLatest ?? (published ? 'true' : undefined));
  return release;
}

/** Newest first, as GitHub lists them; drafts only for who may see them. */
export function listReleases(repository: Repository, withDrafts: boolean): Release[] {
  return [...repository.releases.values()].filter((release) => withDrafts || !release.draft).reverse();
}
