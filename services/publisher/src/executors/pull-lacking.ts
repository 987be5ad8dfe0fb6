import { GitHubError, type GitHubReads, type Pull } from '@marketops/github';
import type { PullOrder } from './pull-content.js';

/** What a pull request of ours still lacks. */
export interface Lacking {
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  readonly teams: readonly string[];
}

const nothing: Lacking = { labels: [], reviewers: [], teams: [] };

export const isNothing = ({ labels, reviewers, teams }: Lacking): boolean =>
  labels.length + reviewers.length + teams.length === 0;

export const shownLacking = ({ labels, reviewers, teams }: Lacking): string =>
  [
    ...labels.map((name) => `the label ${name}`),
    ...reviewers.map((login) => `the reviewer ${login}`),
    ...teams.map((slug) => `the team ${slug}`),
  ]
    .slice(0, 10)
    .join(', ');

/** GitHub compares the names of labels, people and teams without case. */
const without = (wanted: readonly string[], present: readonly string[]): string[] => {
  const known = new Set(present.map((name) => name.toLowerCase()));
  return wanted.filter((name) => !known.has(name.toLowerCase()));
};

/**
 * Whoever has reviewed has been asked and has answered: GitHub takes them off the list. What somebody merged lacks
 * nothing; what somebody closed may.
 */
export async function lackingOf(reads: GitHubReads, { operation }: PullOrder, pull: Pull): Promise<Lacking> {
  if (pull.mergedAt !== null) return nothing;
  const { repository } = operation;
  const labels = without(operation.labels, pull.labels);
  const reviewers = without(operation.reviewers, pull.requestedReviewers);
  const teams = without(operation.team_reviewers, pull.requestedTeams);
  if (reviewers.length + teams.length === 0) return { labels, reviewers, teams };
  const reviewed = new Map<string, string>();
  for await (const { reviewer } of reads.listReviews(repository, pull.number))
    if (reviewer !== null) reviewed.set(reviewer.toLowerCase(), reviewer);
  const people = [...reviewed.values()];
  // Whoever was asked by name answered for themselves, and an author's remark answers nothing.
  const others = without(people, [...operation.reviewers, pull.authorLogin ?? '']);
  const answered = teams.length > 0 && (await isForTeam(reads, operation, others));
  return { labels, reviewers: without(reviewers, people), teams: answered ? [] : teams };
}

const othersMax = 20;

/**
 * GitHub takes a team off the list when one of it has reviewed, and does not say for which team somebody did. So whoever could
 * be of one counts: somebody with access. Anybody at all may comment on what is public, and stops no team from being asked.
 */
async function isForTeam(
  reads: GitHubReads,
  { repository }: PullOrder['operation'],
  others: readonly string[],
): Promise<boolean> {
  try {
    for (const login of others.slice(-othersMax))
      if (await reads.isCollaborator(repository, login)) return true;
    return false;
  } catch (fault) {
    // With a token that only reads nobody is asked for a review either: the question is what is there.
    if (fault instanceof GitHubError && fault.code === 'forbidden') return others.length > 0;
    throw fault;
  }
}
