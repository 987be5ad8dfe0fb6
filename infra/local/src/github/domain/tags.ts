import { Problem, validationFailed } from '../problem.js';
import type { GitHubState } from '../state.js';
import { isRefName, objectSha, tags } from './git.js';
import type { Repository, TagObject } from './model.js';

export interface NewTagObject {
  readonly tag: string;
  readonly message: string;
  readonly object: string;
  readonly type: string;
  readonly tagger?: { readonly name: string; readonly email: string; readonly date?: string };
}

/** Makes an annotated tag object. No ref points to it yet: GitHub leaves that to a second call. */
export function createTagObject(state: GitHubState, repository: Repository, fields: NewTagObject): TagObject {
  const { objects } = repository;
  const known = fields.type === 'tag' ? objects.tagObjects : objects.commits;
  if (!known.has(fields.object)) {
    throw validationFailed({ resource: 'Tag', code: 'invalid', field: 'object' });
  }
  const date = fields.tagger?.date ?? state.now();
  const made: TagObject = {
    sha: objectSha('tag', fields.tag, fields.message, fields.object, date),
    tag: fields.tag,
    message: fields.message,
    target: { sha: fields.object, type: fields.type === 'tag' ? 'tag' : 'commit' },
    tagger: {
      name: fields.tagger?.name ?? state.bot.login,
      email: fields.tagger?.email ?? `${state.bot.login}@users.noreply.github.com`,
      date,
    },
  };
  objects.tagObjects.set(made.sha, made);
  return made;
}

/** Makes a ref. Errors as GitHub words them: 422, without an `errors` array. */
export function createRef(state: GitHubState, repository: Repository, ref: string, sha: string): void {
  if (!ref.startsWith('refs/') || ref.split('/').length < 3 || !isRefName(ref)) {
    throw new Problem(422, `${ref} is not a valid ref name.`);
  }
  if (repository.refs.has(ref)) throw new Problem(422, 'Reference already exists');
  if (ref.startsWith(tags('')) && state.hasBurntTag(repository, ref.slice(tags('').length))) {
    const rule = 'Cannot create ref due to creations being restricted.';
    throw new Problem(422, `Repository rule violations found\n\n${rule}\n\n`);
  }
  if (!repository.objects.commits.has(sha) && !repository.objects.tagObjects.has(sha)) {
    throw new Problem(422, 'Object does not exist');
  }
  repository.refs.set(ref, sha);
}
