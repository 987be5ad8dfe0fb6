import type { EventDraft, GateCheck, Operation, Reason, Receipt } from '@marketops/contracts';
import type { JobSpec } from '@marketops/store';
import type { Lookup } from '../executors/executor.js';
import type { GatedOperation } from '../gate/gated-operation.js';
import type { PublisherTiming } from '../timing.js';

/** The one thing to do with a presentation. */
export type Step =
  | { readonly step: 'done'; readonly jobs: readonly JobSpec[] }
  | { readonly step: 'start'; readonly gated: GatedOperation }
  | { readonly step: 'resume'; readonly gated: GatedOperation }
  | { readonly step: 'look_up'; readonly subject: Subject; readonly absent: Absent }
  | {
      readonly step: 'hold';
      readonly reason: Reason;
      readonly delayMs: number;
      /** Said once per reason, by a genuine receipt only. */
      readonly event: EventDraft | null;
    }
  | {
      readonly step: 'refuse_operation';
      readonly check: GateCheck;
      readonly reason: Reason;
      readonly event: EventDraft;
    }
  | {
      readonly step: 'refuse_job';
      readonly check: GateCheck;
      readonly reason: Reason;
      readonly jobs: readonly JobSpec[];
    };

/** What an execution is about. */
export interface Subject {
  readonly operation: Operation;
  readonly receipt: Receipt;
}

/** What it means when the look-up finds nothing. */
export type Absent =
  | { readonly means: 'failed'; readonly code: string; readonly message: string }
  | { readonly means: 'uncertain'; readonly reason: Reason };

export interface DecisionFacts {
  readonly now: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly lastAttempt: boolean;
  /** Of the operation's executor; `exact` where there is no operation, and so nothing to resume. */
  readonly lookup: Lookup;
  readonly timing: PublisherTiming;
}

/** Why an execution that may have acted is not tried again. */
export const cannotBeAsked: Reason = {
  code: 'cannot_be_asked',
  message: 'The execution may have acted, and what it did cannot be looked up at the provider.',
  remedy: 'Find out whether it happened, then say so: marketops reconcile.',
};

/** Attempts that ended for reasons outside the operation do not count. */
export const unspentCodes: ReadonlySet<string> = new Set(['rate_limited', 'stopped']);
