import { GitHubError, type GitHubErrorCode } from '@marketops/github';

/** Stands where GitHub answers what cannot be read: whoever can write there must not get out of sight by it. */
export interface Unreadable {
  readonly unreadable: GitHubErrorCode;
}

export const isUnreadable = (value: unknown): value is Unreadable =>
  typeof value === 'object' && value !== null && 'unreadable' in value;

/** What an answer is at fault for, not the credential, the budget or the connection. */
const ofTheAnswer: ReadonlySet<GitHubErrorCode> = new Set([
  'invalid_response',
  'response_too_large',
  'validation_failed',
  'origin_refused',
]);

/** @throws GitHubError where it is not the answer that is at fault */
export async function orUnreadable<Value>(reading: Promise<Value>): Promise<Value | Unreadable> {
  try {
    return await reading;
  } catch (fault) {
    if (fault instanceof GitHubError && ofTheAnswer.has(fault.code)) return { unreadable: fault.code };
    throw fault;
  }
}

/**
 * Of one thing, or one repository: the account’s others can be looked at nevertheless. A token that GitHub does not take is
 * the account’s trouble.
 */
export const isOfOneThing = (fault: unknown): fault is GitHubError =>
  fault instanceof GitHubError && fault.retry === 'terminal' && fault.code !== 'unauthorized';
