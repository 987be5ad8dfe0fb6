import type { Audience, RunState } from '@marketops/contracts';
import type { CryptoPort, OpenKeyring } from '@marketops/proof';
import { type Denial, type Grant, hearApprovals } from './approvals.js';
import { type Fact, hearEvidence } from './evidence.js';

/** One plan of one run, and where and when somebody's word on it is weighed. */
export interface Subject {
  readonly crypto: CryptoPort;
  readonly keyring: OpenKeyring;
  readonly audience: Audience;
  readonly nowMs: number;
  readonly runId: string;
  readonly planDigest: string;
  /** Whoever asked for the run: nobody approves their own plan (law O2). */
  readonly requesters: ReadonlySet<string>;
}

/** What speaks for and against operations of a plan, as far as it counts now. */
export interface Hearing {
  /** Each person once, by name. */
  grants(operationId: string): readonly Grant[];
  denials(operationId: string): readonly Denial[];
  readonly evidence: readonly Fact[];
}

/** Weighs everything said on the run's stream anew. Pure: signatures are verified, nothing is read. */
export function hear(subject: Subject, run: Pick<RunState, 'approvals' | 'evidence'>): Hearing {
  return { ...hearApprovals(subject, run.approvals), evidence: hearEvidence(subject, run.evidence) };
}
