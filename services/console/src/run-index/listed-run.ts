import type { Mode, OperationKind, OperationPhase, RunStatus } from '@marketops/contracts';
import type { RunCounts, RunFlag, RunRow } from './run-row.js';

/** `awaiting_approval` is no phase of an operation: it waits as `planned`. A list tells the two apart. */
export type ListedPhase = OperationPhase | 'awaiting_approval';

export interface ListedOperation {
  phase: ListedPhase;
  /** The code of what stands in its way, or stood in it. */
  why: string | null;
  /** What it made differs now. */
  drifted: boolean;
}

/**
 * What the index keeps of a run: enough to go on folding. Mutable: the projection owns it while it folds a batch.
 */
export interface ListedRun {
  readonly runId: string;
  readonly firstSequence: number;
  lastSequence: number;
  tenantId: string;
  principal: string | null;
  idempotencyKey: string | null;
  mode: Mode;
  createdAt: string;
  updatedAt: string;
  planned: boolean;
  wouldShip: number;
  wouldNotShip: number;
  /** The code of a plan that was refused. */
  rejected: string | null;
  /** How it ended last; null while it goes on. */
  ended: RunStatus | null;
  readonly flags: Set<RunFlag>;
  readonly repositories: Set<string>;
  readonly kinds: Set<OperationKind>;
  readonly operations: Map<string, ListedOperation>;
  /** Words to be found by, in lower case, each behind a line feed. Only ever grows at its end. */
  text: string;
}

/** The weightier, the more it is what somebody has to know of a run. */
const weights: Partial<Record<ListedPhase, number>> = {
  refused: 7,
  failed: 6,
  uncertain: 5,
  advised: 4,
  revoked: 4,
  blocked: 3,
  awaiting_approval: 2,
  authorized: 2,
  skipped: 1,
};

/** A run as it is shown. */
export function rowOf(run: ListedRun): RunRow {
  return {
    run_id: run.runId,
    tenant_id: run.tenantId,
    principal: run.principal,
    idempotency_key: run.idempotencyKey,
    mode: run.mode,
    status: statusOf(run),
    flags: [...run.flags],
    repositories: [...run.repositories],
    kinds: [...run.kinds],
    counts: countsOf(run),
    why: whyOf(run),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    first_sequence: run.firstSequence,
    last_sequence: run.lastSequence,
  };
}

/** The furthest operation tells, until the planner has said how the run ended. */
const furthest: readonly (readonly [ListedPhase, RunRow['status']])[] = [
  ['started', 'executing'],
  ['authorized', 'authorized'],
  ['awaiting_approval', 'awaiting_approval'],
];

export function statusOf({ ended, rejected, planned, operations }: ListedRun): RunRow['status'] {
  if (ended !== null) return ended;
  if (rejected !== null) return 'rejected';
  if (!planned) return 'requested';
  const phases = new Set([...operations.values()].map(({ phase }) => phase));
  return furthest.find(([phase]) => phases.has(phase))?.[1] ?? 'planned';
}

function countsOf({ operations, wouldShip, wouldNotShip }: ListedRun): RunCounts {
  const of: Partial<Record<ListedPhase, number>> = {};
  for (const { phase } of operations.values()) of[phase] = (of[phase] ?? 0) + 1;
  return {
    operations: operations.size,
    would_ship: wouldShip,
    would_not_ship: wouldNotShip,
    succeeded: of.succeeded ?? 0,
    failed: (of.failed ?? 0) + (of.refused ?? 0),
    blocked: (of.blocked ?? 0) + (of.advised ?? 0),
    skipped: of.skipped ?? 0,
    uncertain: of.uncertain ?? 0,
  };
}

function whyOf({ rejected, operations }: ListedRun): string | null {
  if (rejected !== null) return rejected;
  let [why, weight]: [string | null, number] = [null, 0];
  for (const operation of operations.values()) {
    const its = weights[operation.phase] ?? 0;
    if (operation.why !== null && its > weight) [why, weight] = [operation.why, its];
  }
  return why;
}
