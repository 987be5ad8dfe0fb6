import type {
  Audience,
  Operation,
  OperationState,
  PublicationPlan,
  PublicKey,
  RunState,
} from '@marketops/contracts';
import type { Policy } from '@marketops/policy';
import type { Hearing } from '@marketops/policy/hearing';
import type { CryptoPort, OpenKeyring } from '@marketops/proof';
import type { Fresh, Mint } from '../mint.js';

/** A run as federation needs it: its plan, and the operations it was asked about with those they depend on. */
export interface AuthorizationView {
  readonly runId: string;
  readonly run: RunState;
  readonly plan: PublicationPlan;
  /** Of the plan as it was loaded. */
  readonly planDigest: string;
  readonly asked: readonly string[];
  readonly states: ReadonlyMap<string, OperationState>;
  /** Id of the run's last event, and the running digest of the run's stream there. */
  readonly lastEventId: string;
  readonly runDigest: () => string;
  /** Whole operations as their events hold them. */
  readonly operations: ReadonlyMap<string, Operation>;
}

/** What was gathered for one decision. */
export interface AuthorizationFacts {
  readonly epoch: number;
  readonly nowMs: number;
  /** New ids for each operation asked about. */
  readonly fresh: ReadonlyMap<string, Fresh>;
  /** The one in force, for the whole decision. */
  readonly policy: Policy;
  readonly keyring: OpenKeyring;
  /** What the keyring listed when this was gathered. */
  readonly keys: readonly PublicKey[];
  /** Everything that was said of the run, weighed at this time with these keys. */
  readonly hearing: () => Hearing;
  /**
   * The run's last seq once the ledger has vouched for the whole run as it was loaded; null before. A yes that rests on
   * what people and issuers said is given only then.
   */
  readonly vouchedSeq: number | null;
  /** Frozen scopes with why: by the control key, and by what stands on `system`. */
  readonly frozen: readonly ReadonlyMap<string, string>[];
}

/** What this federation decides with, the same for every decision. */
export interface Authorizer {
  readonly crypto: CryptoPort;
  readonly audience: Audience;
  readonly mint: Mint;
  /** For how long people are asked, milliseconds. */
  readonly approvalTtlMs: number;
}
