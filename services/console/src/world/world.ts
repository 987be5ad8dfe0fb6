import type { Audience } from '@marketops/contracts';
import type { Acknowledgements, Engine, LoadedConfig, OrderTrust } from '@marketops/engine';
import type { ApiKeyFolder } from '@marketops/operator/api-keys';
import type { Redis } from 'ioredis';
import type { RefusalAudit } from '../access/audit.js';
import type { RateLimit } from '../access/rate-limit.js';
import type { Sessions } from '../access/sessions.js';
import type { RunIndex } from '../run-index/run-index.js';
import type { Reading } from './reading.js';

/** What every operation of the API works with: one of these per process. */
export interface World {
  readonly engine: Engine;
  readonly env: NodeJS.ProcessEnv;
  /** The configuration as it was read at the start, with the keyring as it is now. */
  readonly loaded: () => LoadedConfig;
  /** Where what people sign here counts. */
  readonly audience: () => Audience;
  readonly trust: () => OrderTrust;
  readonly acknowledgements: Acknowledgements;
  /** For what is asked of Redis beside the streams; fails fast while it is away. */
  readonly redis: Redis;
  readonly reading: Reading;
  readonly index: RunIndex;
  readonly keys: ApiKeyFolder;
  /** When each key was used last, since the start: by its id. */
  readonly keyUses: Map<string, string>;
  readonly sessions: Sessions;
  readonly audit: Pick<RefusalAudit, 'refused'>;
  readonly limits: {
    readonly callers: RateLimit;
    readonly addresses: RateLimit;
    /** Of refused proofs of who somebody is, by address. */
    readonly failures: RateLimit;
  };
  /** Our own, as browsers name them: the first is the public one. */
  readonly origins: ReadonlySet<string>;
  /** Whether browsers reach us over https: cookies are for https alone then. */
  readonly secure: boolean;
  /** Names with their port under which we may be asked, in lower case. */
  readonly hosts: () => ReadonlySet<string>;
  readonly nowMs: () => number;
  /** Aborts when the process stops: event streams end then. */
  readonly stopping: AbortSignal;
}
