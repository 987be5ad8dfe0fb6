import { validationFailed } from '../problem.js';
import type { GitHubState } from '../state.js';
import { commitsAhead, heads } from './git.js';
import type { Account, Pull, PullEnd, Repository } from './model.js';

export interface NewPull {
  readonly title: string;
  /** `branch`, or `owner:branch` for a branch of a fork. */
  readonly head: string;
  readonly base: string;
  readonly body: string | null;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
}

const rootOf = (repository: Repository): Repository =>
  repository.parent === null ? repository : rootOf(repository.parent);

/** The repository of `owner` in the same network of forks. */
function inNetwork(state: GitHubState, repository: Repository, owner: string): Repository | undefined {
  const root = rootOf(repository);
  const named = (one: Repository): boolean => one.owner.login.toLowerCase() === owner.toLowerCase();
  if (named(repository)) return repository;
  return [...state.repositories.values()].find((one) => named(one) && rootOf(one) === root);
}

function endOf(repository: Repository | undefined, branch: string): PullEnd | undefined {
  const sha = repository?.refs.get(heads(branch));
  return repository === undefined || sha === undefined ? undefined : { repository, branch, sha };
}

const label = (end: PullEnd): string => `${end.repository.owner.login}:${end.branch}`;

export function createPull(
  state: GitHubState,
  repository: Repository,
  author: Account,
  fields: NewPull,
): Pull {
  const colon = fields.head.indexOf(':');
  const owner = colon < 0 ? repository.owner.login : fields.head.slice(0, colon);
  const head = endOf(inNetwork(state, repository, owner), fields.head.slice(colon + 1));
  const base = endOf(repository, fields.base);
  const invalid = (field: string) => ({ resource: 'PullRequest', field, code: 'invalid' }) as const;
  if (base === undefined) throw validationFailed(invalid('base'));
  if (head === undefined) throw validationFailed(invalid('head'));
  const custom = (message: string) => ({ resource: 'PullRequest', code: 'custom', message }) as const;
  if (commitsAhead(repository.objects, base.sha, head.sha) === 0) {
    throw validationFailed(custom(`No commits between ${fields.base} and ${fields.head}`));
  }
  const duplicate = [...repository.pulls.values()].some(
    (pull) => pull.state === 'open' && label(pull.head) === label(head) && pull.base.branch === base.branch,
  );
  if (duplicate) throw validationFailed(custom(`A pull request already exists for ${label(head)}.`));
  const { title, body, draft, maintainerCanModify } = fields;
  const made: Pull = {
    id: state.nextId('pull'),
    number: state.nextId('number', String(repository.id)),
    ...{ title, body, draft, maintainerCanModify, head, base, author },
    state: 'open',
    closedAt: null,
    createdAt: state.now(),
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

export interface PullFilter {
  readonly state: string;
  readonly head: string | null;
  readonly base: string | null;
}

/** GitHub ignores a `head` filter that is not `owner:branch`; so does this. */
export function findPulls(repository: Repository, filter: PullFilter): Pull[] {
  const head = filter.head?.includes(':') === true ? filter.head.toLowerCase() : null;
  return [...repository.pulls.values()]
    .filter((pull) => filter.state === 'all' || pull.state === filter.state)
    .filter((pull) => head === null || label(pull.head).toLowerCase() === head)
    .filter((pull) => filter.base === null || pull.base.branch === filter.base)
    .reverse()
    .map(refreshPull);
}
