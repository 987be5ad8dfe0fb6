import {
  type EventDraft,
  foldRun,
  initialOperation,
  type MarketOpsEvent,
  type OperationPhase,
  type OperationState,
  type PlannedOperation,
  type PublicationPlan,
  type RunState,
} from '@marketops/contracts';
import type { RunView } from '../decide-run.js';

export const runId = `run_${'a'.repeat(26)}`;
const planDigest = 'd'.repeat(64);
export const startMs = Date.parse('2026-01-31T12:00:00.000Z');
export const iso = (ms: number): string => new Date(ms).toISOString();

/** An event as the planner would have appended it to the run's stream. */
export const runEvent = (seq: number, draft: EventDraft, time = iso(startMs)): MarketOpsEvent =>
  ({
    id: `01ARZ3NDEKTSV4RRFFQ69G5F${String(seq).padStart(2, '0')}`,
    stream: `run/${runId}`,
    seq,
    version: 1,
    tenant_id: 'acme',
    run_id: runId,
    mode: 'prod',
    actor: 'planner',
    time,
    causation_id: null,
    correlation_id: null,
    ...draft,
  }) satisfies MarketOpsEvent;

const requestedDraft: EventDraft = {
  type: 'plan.requested',
  data: {
    principal: 'ci',
    idempotency_key: 'k',
    request_digest: '0'.repeat(64),
    request: { blob: `sha256:${'0'.repeat(64)}` },
  },
};
const cancelDraft: EventDraft = {
  type: 'run.cancel_requested',
  data: { principal: 'ci', reason: 'never mind' },
};

const item = ([operation_id, , depends_on]: Row): PlannedOperation => ({
  operation_id,
  kind: 'tag_repo',
  repository: 'acme/widgets',
  operation_digest: 'e'.repeat(64),
  depends_on: [...depends_on],
  blocked_by_mode: false,
  would_ship: true,
  reasons: [],
  missing_prerequisites: [],
});

/** An operation: its id, where it stands, and whom it waits for. */
export type Row = readonly [id: string, phase: OperationPhase, dependsOn: readonly string[]];

export const stateOf = (phase: OperationPhase, over: Partial<OperationState> = {}): OperationState => ({
  ...initialOperation,
  phase,
  lastSeq: 3,
  ...over,
});

/** A request for approval of these operations, as federation would have appended it. */
export const requestEvent = (operationIds: readonly string[], expiresAtMs: number) => {
  const data = {
    request_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    plan_digest: planDigest,
    operation_ids: [...operationIds],
    needs: [{ policy_id: 'two-people', approvals: 2, group: null }],
    reasons: [{ code: 'policy_forbids', message: 'Two people.', remedy: 'Have it approved.' }],
    expires_at: iso(expiresAtMs),
  };
  return { ...runEvent(3, { type: 'approval.requested', data }), type: 'approval.requested' as const, data };
};

export interface ViewOptions {
  readonly mode?: 'dry_run' | 'prod';
  readonly sweep?: boolean;
  readonly cancelled?: boolean;
  readonly lastEventAt?: string;
  readonly run?: Partial<RunState>;
}

/** A planned run whose operations stand where the rows say. */
export function viewOf(rows: readonly Row[], options: ViewOptions = {}): RunView {
  const { mode = 'prod', sweep = false, cancelled = false, lastEventAt = iso(startMs) } = options;
  const plan: PublicationPlan = {
    version: 1,
    run_id: runId,
    tenant_id: 'acme',
    principal: 'ci',
    mode,
    request_digest: '0'.repeat(64),
    operations: rows.map(item),
  };
  const generated: EventDraft = {
    type: 'plan.generated',
    data: {
      plan_digest: planDigest,
      plan: { inline: plan },
      operations: rows.length,
      would_ship: rows.length,
      would_not_ship: 0,
      facts_digest: 'f'.repeat(64),
    },
  };
  const events = [requestedDraft, generated, ...(cancelled ? [cancelDraft] : [])];
  const run = { ...foldRun(events.map((draft, at) => runEvent(at + 1, draft))), mode, ...options.run };
  const operations = new Map(rows.map(([id, phase]) => [id, stateOf(phase)]));
  return { runId, sweep, run, plan, request: null, operations, lastEventAt };
}
