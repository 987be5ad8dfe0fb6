import type { FaultSwitches } from './faults.js';
import type { PrimaryRateLimit } from './rate-limit.js';
import type { RequestLog } from './request-log.js';
import type { SeedRepository } from './seed.js';
import type { GitHubState } from './state.js';

/** One simulated GitHub: what it remembers, what it was asked, and what shall go wrong. */
export interface World {
  readonly state: GitHubState;
  readonly log: RequestLog;
  readonly faults: FaultSwitches;
  readonly rateLimit: PrimaryRateLimit;
  /** What a reset plants again. */
  readonly seed: readonly SeedRepository[];
  /** Accepted tokens; undefined accepts any. */
  readonly tokens: ReadonlySet<string> | undefined;
  readonly url: string;
  readonly uploadsUrl: string;
}
