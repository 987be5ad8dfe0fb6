import type { Operation } from '@marketops/contracts';
import type { Clock, Logger } from '@marketops/engine';
import type { GitHubReads, RepositoryAt } from '@marketops/github';
import type { CryptoPort, HmacKey } from '@marketops/proof';
import type { Appender, BlobStore, VerifiedReader } from '@marketops/store';
import type { EffectHints } from './hints.js';
import type { ReportedEffects } from './reported-effects.js';

/** What the reconciler works with. */
export interface ReconcilerTools {
  readonly reader: VerifiedReader;
  readonly appender: Appender;
  readonly blobs: BlobStore;
  readonly crypto: CryptoPort;
  readonly clock: Clock;
  readonly log: Logger;
  readonly markerKey: HmacKey;
  readonly reported: ReportedEffects;
}

/** One pass over one account. */
export interface AccountPass {
  readonly account: string;
  readonly hints: EffectHints;
  /** False while hints may be missing: what we made ourselves could then look like a stranger’s. */
  readonly hintsAreWhole: boolean;
  readonly reads: GitHubReads;
  /** With what its execution had: a token that only reads does not see drafts. */
  readonly readsFor: (operation: Operation) => GitHubReads;
  /** Where a repository is now, by its id; null where it is gone, or may not be seen. One request per repository and pass. */
  readonly whereIs: (repositoryId: number) => Promise<RepositoryAt | null>;
  /** Asked before every piece of work: false where the rest waits for the next pass. */
  readonly mayGoOn: () => Promise<boolean>;
}
