import { type FieldError, validationFailed } from '../problem.js';
import type { GitHubState } from '../state.js';
import { commitsAhead, heads } from './git.js';
import type { Account, Pull, PullEnd, Repository } from './model.js';
import { inNetwork } from './network.js';

export interface NewPull {
  readonly title: string;
  /** `branch`, or `owner:branch` for a branch of a fork. */
  readonly head: string;
  /** `name` or `owner/name`: which of the owner's repositories, where it has several in the network. */
  readonly headRepo?: string;
  readonly base: string;
  readonly body: string | null;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
}

function endOf(repository: Repository | undefined, branch: string): PullEnd | undefined {
  const sha = repository?.refs.get(heads(branch));
  return repository === undefined || sha === undefined ? undefined : { repository, branch, sha };
}

const label = (end: PullEnd): string => `${end.repository.owner.login}:${end.branch}`;

const titleCharsMax = 256;
const bodyCharsMax = 65_536;

const custom = (message: string, field?: string): FieldError => ({
  ...{ resource: 'PullRequest', code: 'custom', message },
  ...(field === undefined ? {} : { field }),
});
const invalid = (field: string): FieldError => ({ resource: 'PullRequest', field, code: 'invalid' });

/** GitHub takes the spaces around a title away before it looks at it. */
function checkTexts(title: string, body: string | null): void {
  const long = (field: string, max: number): FieldError =>
    custom(`${field} is too long (maximum is ${max} characters)`, field);
  const errors: FieldError[] = [];
  if (title === '') errors.push({ resource: 'PullRequest', code: 'missing_field', field: 'title' });
  if (title.length > titleCharsMax) errors.push(long('title', titleCharsMax));
  if ((body?.length ?? 0) > bodyCharsMax) errors.push(long('body', bodyCharsMax));
  if (errors.length > 0) throw validationFailed(...errors);
}

/** GitHub has one open pull request per pair of branches. */
const isTaken = ({ pulls }: Repository, head: PullEnd, base: string, besides?: Pull): boolean =>
  [...pulls.values()].some(
    (pull) =>
      pull !== besides &&
      pull.state === 'open' &&
      pull.head.repository === head.repository &&
      pull.head.branch === head.branch &&
      pull.base.branch === base,
  );

export function createPull(
  state: GitHubState,
  repository: Repository,
  author: Account,
  fields: NewPull,
): Pull {
  const colon = fields.head.indexOf(':');
  const [named] = fields.headRepo?.includes('/') === true ? fields.headRepo.split('/') : [];
  const owner = colon < 0 ? (named ?? repository.owner.login) : fields.head.slice(0, colon);
  const head = endOf(inNetwork(state, repository, owner, fields.headRepo), fields.head.slice(colon + 1));
  const base = endOf(repository, fields.base);
  if (base === undefined) throw validationFailed(invalid('base'));
  if (head === undefined) throw validationFailed(invalid('head'));
  const { body, draft, maintainerCanModify } = fields;
  const title = fields.title.trim();
  checkTexts(title, body);
  if (commitsAhead(repository.objects, base.sha, head.sha) === 0) {
    throw validationFailed(custom(`No commits between ${fields.base} and ${fields.head}`));
  }
  if (isTaken(repository, head, fields.base)) {
    throw validationFailed(custom(`A pull request already exists for ${label(head)}.`));
  }
  const made: Pull = {
    id: state.nextId('pull'),
    number: state.nextId('number', String(repository.id)),
    ...{ title, body, draft, maintainerCanModify, head, base, author },
    state: 'open',
    closedAt: null,
    merged: null,
    createdAt: state.now(),
    updatedAt: state.now(),
    ...{ labels: [], requestedReviewers: [], requestedTeams: [], reviews: [] },
  };
  repository.pulls.set(made.number, made);
  return made;
}

/** Moves an open pull request's ends to where their branches are now (somebody may have pushed). */
export function refreshPull(pull: Pull): Pull {
  if (pull.state === 'open') {
    for (const end of [pull.head, pull.base]) {
      end.sha = end.repository.refs.get(heads(end.branch)) ?? end.sha;
    }
  }
  return pull;
}

export type PullSort = 'created' | 'updated' | 'popularity' | 'long-running';

export interface PullFilter {
  readonly state: string;
  readonly head: string | null;
  readonly base: string | null;
  readonly sort?: PullSort;
  /** By default newest first for `created`, oldest first for anything else, as GitHub has it. */
  readonly direction?: 'asc' | 'desc';
}

/** The clock's seconds tie; the number tells which came later. */
const byTime =
  (time: (pull: Pull) => string) =>
  (a: Pull, b: Pull): number =>
    time(a) === time(b) ? a.number - b.number : time(a) < time(b) ? -1 : 1;

/** GitHub ignores a `head` filter that is not `owner:branch`; so does this. */
export function findPulls(repository: Repository, filter: PullFilter): Pull[] {
  const head = filter.head?.includes(':') === true ? filter.head.toLowerCase() : null;
  const found = [...repository.pulls.values()]
    .filter((pull) => filter.state === 'all' || pull.state === filter.state)
    .filter((pull) => head === null || label(pull.head).toLowerCase() === head)
    .filter((pull) => filter.base === null || pull.base.branch === filter.base)
    .map(refreshPull);
  const sort = filter.sort ?? 'created';
  found.sort(byTime((pull) => (sort === 'updated' ? pull.updatedAt : pull.createdAt)));
  const direction = filter.direction ?? (sort === 'created' ? 'desc' : 'asc');
  return direction === 'asc' ? found : found.reverse();
}

export interface PullChanges {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  /** Another branch of the same repository. */
  readonly base?: string | undefined;
}

export function updatePull(
  state: GitHubState,
  repository: Repository,
  pull: Pull,
  changes: PullChanges,
): Pull {
  if (pull.merged !== null && changes.state === 'open') {
    const message = 'state cannot be changed. The pull request was merged.';
    throw validationFailed(custom(message, 'state'));
  }
  refreshPull(pull);
  const title = changes.title?.trim() ?? pull.title;
  const body = changes.body ?? pull.body;
  checkTexts(title, body);
  const base = changes.base === undefined ? pull.base : endOf(repository, changes.base);
  if (base === undefined) throw validationFailed(invalid('base'));
  if (changes.base !== undefined && isTaken(repository, pull.head, changes.base, pull)) {
    const between = `base branch '${changes.base}' and head branch '${pull.head.branch}'`;
    throw validationFailed(custom(`A pull request already exists for ${between}`));
  }
  pull.title = title;
  pull.body = body;
  pull.base = base;
  const closed = pull.state === 'closed' ? pull.closedAt : state.now();
  pull.state = changes.state ?? pull.state;
  pull.closedAt = pull.state === 'closed' ? closed : null;
  pull.updatedAt = state.now();
  return pull;
}
