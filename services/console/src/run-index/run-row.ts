import type { Mode, OperationKind, RunStatus } from '@marketops/contracts';

/**
 * Where a run stands, in one word. How it ended is the planner's word (`RunStatus`, or `rejected`); until then:
 *
 *     requested ─▶ planned ─┬─▶ awaiting_approval ─▶ authorized ─▶ executing ─▶ (ended)
 *                           └──────────────────────────▲
 *
 * Of a run with several operations the one that is furthest counts: one that executes makes the run `executing`. What a run
 * suffers beside that (held, stalled, uncertain …) stands in its flags.
 */
export type ListedStatus =
  | 'requested'
  | 'planned'
  | 'awaiting_approval'
  | 'authorized'
  | 'executing'
  | 'rejected'
  | RunStatus;

/** In the order in which columns number them: append only, or raise the version of the index. */
export const listedStatuses = [
  'requested',
  'planned',
  'awaiting_approval',
  'authorized',
  'executing',
  'rejected',
  'completed',
  'partial',
  'failed',
  'blocked',
  'cancelled',
] as const satisfies readonly ListedStatus[];

/** What else is to be known of a run at a glance. In the order of their bits: append only. */
export const runFlags = [
  /** An operation waits at the gate and spends no attempt. Cleared by its start. */
  'held',
  /** The planner noticed silence. Cleared by the run's end. */
  'stalled',
  /** Nobody knows whether an effect happened: a person has to look. Cleared when all of them are reconciled. */
  'uncertain',
  'cancel_requested',
  'redriven',
  /** What was made has been edited or deleted since. */
  'drifted',
  /** What was asked for and planned stands encrypted beside the ledger; nothing of it stands here. */
  'sealed',
  /** An order to destroy the sealed contents stands on `system`. */
  'erased',
  /** A job claimed to be of this run and was refused at the gate: an unverified claim, shown as an alert. */
  'claimed',
] as const;
export type RunFlag = (typeof runFlags)[number];

/** How many operations of a run are what. */
export interface RunCounts {
  readonly operations: number;
  readonly would_ship: number;
  readonly would_not_ship: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly blocked: number;
  readonly skipped: number;
  readonly uncertain: number;
}

/** A run as a list shows it, from the ledger's events alone. Times are UTC with milliseconds. */
export interface RunRow {
  readonly run_id: string;
  readonly tenant_id: string;
  /** Null where the request could not be read. */
  readonly principal: string | null;
  readonly idempotency_key: string | null;
  readonly mode: Mode;
  readonly status: ListedStatus;
  readonly flags: readonly RunFlag[];
  /** `owner/name`, each once; empty where the run is sealed and nothing has been said of it in the open. */
  readonly repositories: readonly string[];
  readonly kinds: readonly OperationKind[];
  readonly counts: RunCounts;
  /** Why it did not (all) ship, or does not yet: the weightiest reason's code. Null where nothing stands in its way. */
  readonly why: string | null;
  /** Of its first event and of its last one. */
  readonly created_at: string;
  readonly updated_at: string;
  /** Entries of the ledger: its first and its last one. The first orders the list, and never changes. */
  readonly first_sequence: number;
  readonly last_sequence: number;
}
