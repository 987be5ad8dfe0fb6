import { type GitHubClient, GitHubError } from '@marketops/github';
import { PublisherError } from '../errors.js';
import { checkEqual, notYet, type PullOrder, unfinished } from './pull-content.js';
import { isNothing, shownLacking } from './pull-lacking.js';
import type { LeftPull } from './pull-lookup.js';
import { checkLabels, checkReviewers } from './pull-preconditions.js';

/**
 * Adds what is lacking: labels first, then reviewers. Right before either write the pull request is read again by its number:
 * a label may set a merge going and a reviewer is told by mail, so neither goes to what was not authorized. Either write may
 * be made twice. What GitHub refuses for good leaves a pull request that is open, and the failure says so: it is not taken
 * back, because somebody may have answered it.
 */
export async function completePull(
  github: GitHubClient,
  order: PullOrder,
  { pull, lacking }: LeftPull,
): Promise<void> {
  const { repository } = order.operation;
  const { labels, reviewers, teams } = lacking;
  // Closed before it was whole: by somebody who had not seen all of it, or who did not want it.
  if (pull.state === 'closed' && !isNothing(lacking))
    throw unfinished(pull, `it lacks ${shownLacking(lacking)}.`);
  // GitHub would leave them out without a word.
  const author = reviewers.find((login) => login.toLowerCase() === pull.authorLogin?.toLowerCase());
  try {
    if (labels.length > 0) {
      if (!(await isStillOpen(github, order, pull.number))) return;
      await checkLabels(github, order, labels);
      await github.addLabels(repository, pull.number, labels);
    }
    if (author !== undefined) throw unfinished(pull, `its author, ${author}, cannot review it.`);
    if (reviewers.length + teams.length > 0) {
      if (!(await isStillOpen(github, order, pull.number))) return;
      await github.requestReviewers(repository, pull.number, { reviewers, teams });
    }
  } catch (fault) {
    const refused = fault instanceof GitHubError && fault.code === 'validation_failed' && !fault.uncertain;
    const gone = fault instanceof PublisherError && fault.code === 'label_missing';
    throw refused || gone ? unfinished(pull, fault.message, fault) : fault;
  }
}

/** What an earlier attempt left, before anything is added to it; its head and its base are those it was opened with. */
export async function checkCompletable(
  github: GitHubClient,
  order: PullOrder,
  { pull, lacking }: LeftPull,
): Promise<void> {
  try {
    await checkReviewers(github, order, lacking.reviewers);
  } catch (fault) {
    throw fault instanceof PublisherError ? unfinished(pull, fault.message, fault) : fault;
  }
}

/** False where somebody has merged or closed it: then nothing is added, and what it lacks is for who reads it next. */
async function isStillOpen(github: GitHubClient, order: PullOrder, number: number): Promise<boolean> {
  const now = await github.getPull(order.operation.repository, number);
  if (now === null) throw notYet(`Pull request ${number} cannot be read back yet.`);
  checkEqual(order, now);
  return now.state === 'open';
}
