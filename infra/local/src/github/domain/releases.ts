import { type FieldError, validationFailed } from '../problem.js';
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
function check(repository: Repository, wanted: Release): void {
  const errors: FieldError[] = [];
  const custom = (message: string): FieldError => error({ code: 'custom', field: 'tag_name', message });
  const untagged = error({ code: 'custom', message: 'Published releases must have a valid tag' });
  if (!isRefName(tags(wanted.tagName))) {
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
  release.publishedAt ??= state.now();
}

/** `true` is GitHub's default for a release that has just been published; nothing else takes the place by itself. */
function settleLatest(repository: Repository, release: Release, makeLatest: MakeLatest | undefined): void {
  const eligible = (one: Release): boolean => !one.draft && !one.prerelease;
  if (eligible(release) && makeLatest !== undefined && makeLatest !== 'false') {
    repository.latestReleaseId = release.id;
  } else if (repository.latestReleaseId === release.id && (!eligible(release) || makeLatest === 'false')) {
    const others = [...repository.releases.values()].filter((one) => eligible(one) && one !== release);
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
    author,
    createdAt: state.now(),
    publishedAt: null,
    assets: new Map(),
  };
  check(repository, made);
  repository.releases.set(made.id, made);
  if (!made.draft) publish(state, repository, made);
  settleLatest(repository, made, fields.makeLatest ?? 'true');
  return made;
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
  check(repository, wanted);
  const published = release.draft && !wanted.draft;
  Object.assign(release, wanted);
  if (!release.draft) publish(state, repository, release);
  else release.publishedAt = null;
  settleLatest(repository, release, fields.makeLatest ?? (published ? 'true' : undefined));
  return release;
}

/** Newest first, as GitHub lists them; drafts only for who may see them. */
export function listReleases(repository: Repository, withDrafts: boolean): Release[] {
  return [...repository.releases.values()].filter((release) => withDrafts || !release.draft).reverse();
}
