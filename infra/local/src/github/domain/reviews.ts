import { Problem } from '../problem.js';
import { account, type GitHubState } from '../state.js';
import { fullName, type Pull, type Repository, type Review, type ReviewState } from './model.js';
import { refreshPull } from './pulls.js';

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const isCollaborator = (repository: Repository, login: string): boolean =>
  repository.collaborators.has(login.toLowerCase()) || same(repository.owner.login, login);

/**
 * Asks for reviews. Asking again changes nothing. 422 for the author, and for who is no collaborator; then nobody is
 * asked.
 */
export function requestReviewers(
  state: GitHubState,
  repository: Repository,
  pull: Pull,
  wanted: { readonly reviewers: readonly string[]; readonly teams: readonly string[] },
): void {
  if (wanted.reviewers.some((login) => same(login, pull.author.login))) {
    throw new Problem(422, 'Review cannot be requested from pull request author.');
  }
  const teams = wanted.teams.flatMap((slug) => repository.teams.get(slug.toLowerCase()) ?? []);
  const strangers = wanted.reviewers.some((login) => !isCollaborator(repository, login));
  if (strangers || teams.length < wanted.teams.length) {
    const who = 'One or more of the users or teams you specified is not a collaborator of the';
    const message = `Reviews may only be requested from collaborators. ${who} ${fullName(repository)} repository.`;
    throw new Problem(422, message);
  }
  const reviewers = wanted.reviewers.map((login) => account(login, 'User'));
  const users = [...pull.requestedReviewers, ...reviewers];
  pull.requestedReviewers = [...new Map(users.map((user) => [user.id, user])).values()];
  pull.requestedTeams = [
    ...new Map([...pull.requestedTeams, ...teams].map((team) => [team.id, team])).values(),
  ];
  pull.updatedAt = state.now();
}

/** Another person reviews. Whoever has reviewed is no longer among those asked: so a client must look at both. */
export function review(
  state: GitHubState,
  pull: Pull,
  fields: { readonly login: string; readonly state: ReviewState; readonly body?: string },
): Review {
  const made: Review = {
    id: state.nextId('review'),
    user: account(fields.login, 'User'),
    state: fields.state,
    body: fields.body ?? '',
    commitId: refreshPull(pull).head.sha,
    submittedAt: state.now(),
  };
  pull.reviews = [...pull.reviews, made];
  pull.requestedReviewers = pull.requestedReviewers.filter((user) => !same(user.login, fields.login));
  pull.updatedAt = made.submittedAt;
  return made;
}
