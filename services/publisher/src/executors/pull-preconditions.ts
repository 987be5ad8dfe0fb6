import type { GitHubReads } from '@marketops/github';
import { PublisherError } from '../errors.js';
import { checkBase, checkHead, type PullOrder } from './pull-content.js';

/** Names asked for side by side. */
const besideMax = 8;

/**
 * What the dry run read, asked again: the head still is the authorized commit of the authorized repository, the base has not
 * moved, the labels exist, the people may review. Whether a team may cannot be read; GitHub says so when it is asked.
 */
export async function checkPreconditions(reads: GitHubReads, order: PullOrder): Promise<void> {
  await Promise.all([
    checkHeadNow(reads, order),
    checkBaseNow(reads, order),
    checkLabels(reads, order, order.operation.labels),
    checkReviewers(reads, order, order.operation.reviewers),
  ]);
}

/** A fork is bound by number and name, as every repository is. */
async function checkHeadNow(reads: GitHubReads, order: PullOrder): Promise<void> {
  const { repository, head } = order.operation;
  const at = head.repository;
  const [found, branch] = await Promise.all([
    at.id === repository.id ? at : reads.getRepositoryById(at.id),
    reads.getBranch(at, head.ref),
  ]);
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  if (found === null || !same(found.owner, at.owner) || !same(found.name, at.name)) {
    const now = found === null ? 'gone' : `${found.owner}/${found.name}`;
    throw new PublisherError(
      'head_repository_changed',
      `The head’s repository ${at.id} was ${at.owner}/${at.name} and is ${now} now.`,
    );
  }
  checkHead(order, branch?.sha ?? null);
}

async function checkBaseNow(reads: GitHubReads, order: PullOrder): Promise<void> {
  const { repository, base } = order.operation;
  const now = await reads.getBranch(repository, base.ref);
  if (now === null) throw new PublisherError('base_missing', `The base branch ${base.ref} is gone.`);
  checkBase(order, now.sha);
}

/** GitHub would make a label that it does not know. Asked before the pull request is opened, and again right before they are added. */
export const checkLabels = (
  reads: GitHubReads,
  { operation }: PullOrder,
  names: readonly string[],
): Promise<void> =>
  each(names, async (name) => {
    if ((await reads.getLabel(operation.repository, name)) !== null) return;
    throw new PublisherError('label_missing', `There is no label ${name} in the repository.`);
  });

export const checkReviewers = (
  reads: GitHubReads,
  { operation }: PullOrder,
  logins: readonly string[],
): Promise<void> =>
  each(logins, async (login) => {
    if (await reads.isCollaborator(operation.repository, login)) return;
    throw new PublisherError(
      'reviewer_refused',
      `${login} is no collaborator and cannot be asked to review.`,
    );
  });

async function each(names: readonly string[], ask: (name: string) => Promise<void>): Promise<void> {
  for (let at = 0; at < names.length; at += besideMax)
    await Promise.all(names.slice(at, at + besideMax).map(ask));
}
