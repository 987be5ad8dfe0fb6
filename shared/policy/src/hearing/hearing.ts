import type { Approval, Audience, Evidence, PublicationPlan, RunState } from '@marketops/contracts';
import type { CryptoPort, OpenKeyring } from '@marketops/proof';
import { type HeardApprovals, hearApprovals } from './approvals.js';
import { type HeardEvidence, hearEvidence } from './evidence.js';

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
  /** Who ordered what is tried again now: that is no plan of theirs, so their no counts, and their yes does not (law O2). */
  readonly redriver: string | null;
}

/** What was carried to a run, as its state has it. */
export interface Said {
  readonly approvals: readonly { readonly time: string; readonly data: { readonly approval: Approval } }[];
  readonly evidence: readonly { readonly data: { readonly evidence: Evidence } }[];
}

/** What speaks for and against operations of a plan, as far as it counts now, and why the rest does not. */
export type Hearing = HeardApprovals & HeardEvidence;

/** Weighs everything said on the run's stream anew. Pure: signatures are verified, nothing is read. */
export const hear = (subject: Subject, run: Said): Hearing =>
  Object.assign({}, hearApprovals(subject, run.approvals), hearEvidence(subject, run.evidence));

/** Whoever asked for the run, by its plan and by its first event. */
export const requestersOf = (
  run: Pick<RunState, 'requested'>,
  plan: Pick<PublicationPlan, 'principal'> | undefined,
): ReadonlySet<string> =>
  new Set([plan, run.requested?.data].flatMap((said) => (said === undefined ? [] : [said.principal])));

/**
 * Who ordered that the run was opened again, by the order that did it last; null where nobody did. Whether the order is genuine is
 * asked elsewhere: nothing is authorized on one that is not.
 */
export const redriverOf = ({ redriven }: Pick<RunState, 'redriven'>): string | null =>
  redriven?.data.command.principal ?? null;
