import type { Credentials } from './access/credentials.js';
import type { FaultSwitches } from './faults/faults.js';
import type { Hangs } from './faults/hangs.js';
import type { StaleLists } from './faults/stale-lists.js';
import type { GitHubLimits } from './limits/limits.js';
import type { RequestLog } from './request-log.js';
import type { SeedRepository } from './seed.js';
import type { GitHubState } from './state.js';

/** One simulated GitHub: what it remembers, what it was asked, and what shall go wrong. */
export interface World {
  readonly state: GitHubState;
  readonly log: RequestLog;
  readonly faults: FaultSwitches;
  readonly hangs: Hangs;
  readonly staleLists: StaleLists;
  readonly limits: GitHubLimits;
  readonly credentials: Credentials;
  readonly clock: () => Date;
  /** What a reset plants again. */
  readonly seed: readonly SeedRepository[];
  readonly url: string;
  readonly uploadsUrl: string;
}
