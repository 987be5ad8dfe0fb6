import { GitHubError } from './errors.js';

/** Turns the refusals that mean "it is not there" into null. Anything else is thrown on. */
export async function orNull<Value>(
  asked: Promise<Value>,
  isAbsence: (error: GitHubError) => boolean = (error) => error.code === 'not_found',
): Promise<Value | null> {
  try {
    return await asked;
  } catch (thrown) {
    if (thrown instanceof GitHubError && isAbsence(thrown)) return null;
    throw thrown;
  }
}
