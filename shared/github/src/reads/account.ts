import { orNull } from '../absence.js';
import type { Api } from '../api.js';
import type { GitHubReads } from '../ports/reads.js';
import { RateLimitShape } from '../shapes/rate-limits.js';

export function accountReads(api: Api): Pick<GitHubReads, 'getRateLimit'> {
  return {
    // GitHub Enterprise Server answers 404 where rate limiting is off.
    getRateLimit: async () => orNull(api.decode(RateLimitShape, api.request('GET /rate_limit'))),
  };
}
