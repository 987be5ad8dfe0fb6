import { Problem } from '../problem.js';

const documentation = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';
const support = 'If you reach out to GitHub Support for help, please include the request ID';

/** GitHub's words for an exhausted primary limit: 403 or 429, told by `x-ratelimit-remaining: 0`, without `retry-after`. */
export const primaryLimitProblem = (whose: string, status: 403 | 429 = 403): Problem =>
  new Problem(status, `API rate limit exceeded for ${whose}. ${support} and timestamp.`, {
    fields: { documentation_url: `${documentation}#about-primary-rate-limits` },
  });

/** GitHub's words for a secondary limit: 403 or 429, with `retry-after` in whole seconds. */
export const secondaryLimitProblem = (retryAfterS: number, status: 403 | 429 = 429): Problem => {
  const wait = 'Please wait a few minutes before you try again.';
  return new Problem(status, `You have exceeded a secondary rate limit. ${wait} ${support}.`, {
    headers: { 'retry-after': String(retryAfterS) },
    fields: { documentation_url: `${documentation}#about-secondary-rate-limits` },
  });
};
