import type { EffectResult, OpenPullRequest } from '@marketops/contracts';
import type { Pull } from '@marketops/github';
import { PublisherError } from '../errors.js';
import { type Order, saysSame } from './order.js';

export type PullOrder = Order<OpenPullRequest>;

/** As GitHub filters and is told: two repositories of one owner look alike in it, so the repository is compared as well. */
export const headOf = ({ operation: { head } }: PullOrder): string => `${head.repository.owner}:${head.ref}`;

/** Of the authorized repository; or of one that is gone since, which a merged or closed pull request outlives. */
export const isOfHead = ({ operation: { head } }: PullOrder, pull: Pull): boolean =>
  pull.head.repositoryId === head.repository.id ||
  (pull.head.repositoryId === null && pull.state === 'closed');

/** Everything that was authorized, the head's commit and repository included: a fork has branches of the same name. */
export function checkEqual(order: PullOrder, pull: Pull): void {
  const { repository, title, body, draft, head, base } = order.operation;
  const differs: Readonly<Record<string, boolean>> = {
    title: pull.title !== title,
    body: !saysSame(pull.body, body, order),
    draft: pull.draft !== draft,
    head: pull.head.ref !== head.ref || !isOfHead(order, pull),
    base: pull.base.ref !== base.ref || pull.base.repositoryId !== repository.id,
  };
  const names = Object.keys(differs).filter((name) => differs[name] === true);
  if (names.length > 0) throw conflict(pull, `differs in ${names.join(', ')} from what was authorized`);
  checkHead(order, pull.head.sha, pull);
}

/** @param opened the pull request that stands there, where there is one already */
export function checkHead({ operation: { head } }: PullOrder, sha: string | null, opened?: Pull): void {
  if (sha === head.sha) return;
  const now = sha === null ? 'is gone' : `is at ${sha} now`;
  throw new PublisherError(
    'head_moved',
    `The branch ${head.ref} ${now}; ${head.sha} was authorized.${standing(opened)}`,
  );
}

/** @param opened as above */
export function checkBase({ operation }: PullOrder, sha: string, opened?: Pull): void {
  const { base, base_may_move } = operation;
  if (base_may_move || sha === base.sha) return;
  throw new PublisherError(
    'base_moved',
    `The base branch ${base.ref} is at ${sha} now; ${base.sha} was authorized.${standing(opened)}`,
  );
}

const standing = (opened: Pull | undefined): string =>
  opened === undefined ? '' : ` Pull request #${opened.number} is ${opened.state}.`;

/** The pull request is there, and what was authorized with it cannot be. */
export const unfinished = ({ number, state }: Pull, why: string, cause?: unknown): PublisherError =>
  new PublisherError(
    'pull_unfinished',
    `Pull request #${number} is ${state} and cannot be completed: ${why}`,
    {
      ...(cause === undefined ? {} : { cause }),
    },
  );

/** GitHub may be late to show what it has. */
export const notYet = (message: string): PublisherError =>
  new PublisherError('verification_failed', message, { retry: 'transient' });

export const conflict = (pull: Pull, why: string): PublisherError =>
  new PublisherError('pull_conflict', `Pull request #${pull.number} ${why}.`);

export const pullResult = (pull: Pull, adopted: boolean): EffectResult => ({
  remote_id: String(pull.number),
  url: pull.htmlUrl.slice(0, 1_000),
  adopted,
  sha: pull.head.sha,
  assets: [],
});
