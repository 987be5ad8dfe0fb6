import {
  type Actor,
  type EventDraft,
  type Operation,
  operationStream,
  type PlannedOperation,
  type PublicationPlan,
  runStream,
} from '@marketops/contracts';
import type { TestEngine } from '@marketops/engine/testing';
import { operationDigest, planDigest } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';

export const runId = `run_${'a'.repeat(26)}`;
const execution_id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

export const tagOf = (
  operation_id = 'tag',
  over: Partial<Extract<Operation, { kind: 'tag_repo' }>> = {},
): Operation => ({
  operation_id,
  kind: 'tag_repo',
  repository: { id: 7, owner: 'acme', name: 'widgets' },
  tag_name: `v-${operation_id}`,
  target_sha: 'a'.repeat(40),
  message: 'Widgets',
  ...over,
});

export interface PlanOptions {
  readonly runId?: string;
  readonly mode?: 'dry_run' | 'prod';
  /** Who asks; ci where absent. */
  readonly principal?: string;
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>;
  /** Changes what the plan says of an operation, as a planner gone wrong would. */
  readonly item?: (item: PlannedOperation) => PlannedOperation;
  /** Changes what stands in an operation's own stream. */
  readonly stands?: (draft: EventDraft & { type: 'operation.planned' }) => EventDraft;
  /** Changes the plan as a whole; everything that names its digest names the changed one's. */
  readonly shape?: (plan: PublicationPlan) => PublicationPlan;
  /** The digest the run's stream names, where it is not the plan's. */
  readonly namedDigest?: string;
}

/** Whoever can append in another actor's name. */
export interface Voices {
  say(
    actor: Actor,
    stream: string,
    afterSeq: number,
    events: readonly EventDraft[],
    over: { mode: 'dry_run' | 'prod' },
  ): Promise<unknown>;
}

/** Appends a plan as the planner would, each operation in its own stream. */
export async function sayPlan(
  engine: Voices,
  operations: readonly Operation[],
  options: PlanOptions = {},
): Promise<PublicationPlan> {
  const {
    mode = 'prod',
    principal = 'ci',
    dependsOn = {},
    item = (same) => same,
    stands = (same) => same,
  } = options;
  const run = options.runId ?? runId;
  const dry = mode === 'dry_run';
  const { shape = (same) => same } = options;
  const plan = shape({
    version: 1,
    run_id: run,
    tenant_id: 'acme',
    principal,
    mode,
    request_digest: '0'.repeat(64),
    operations: operations.map((operation) =>
      item({
        operation_id: operation.operation_id,
        kind: operation.kind,
        repository: `${operation.repository.owner}/${operation.repository.name}`,
        operation_digest: operationDigest(nodeCrypto, operation),
        depends_on: [...(dependsOn[operation.operation_id] ?? [])],
        blocked_by_mode: dry,
        would_ship: true,
        reasons: [],
        missing_prerequisites: [],
      }),
    ),
  });
  const digest = planDigest(nodeCrypto, plan);
  const requested: EventDraft = {
    type: 'plan.requested',
    data: {
      principal,
      idempotency_key: 'k',
      request_digest: plan.request_digest,
      request: { blob: `sha256:${'0'.repeat(64)}` },
    },
  };
  const generated: EventDraft = {
    type: 'plan.generated',
    data: {
      plan_digest: options.namedDigest ?? digest,
      plan: { inline: plan },
      operations: operations.length,
      would_ship: operations.length,
      would_not_ship: 0,
      facts_digest: '0'.repeat(64),
    },
  };
  await engine.say('planner', runStream(run), 0, [requested, generated], { mode });
  for (const [at, operation] of operations.entries()) {
    const its = plan.operations[at];
    const planned = stands({
      type: 'operation.planned',
      data: {
        operation_id: operation.operation_id,
        operation_kind: operation.kind,
        operation_digest: its?.operation_digest ?? null,
        operation: its?.operation_digest === null ? null : { inline: operation },
        plan_digest: digest,
        depends_on: its?.depends_on ?? [],
        blocked_by_mode: dry,
      },
    });
    const blocked: EventDraft = {
      type: 'operation.blocked',
      data: {
        operation_id: operation.operation_id,
        reason: { code: 'blocked_by_mode', message: 'A dry run.', remedy: 'Submit it with mode: prod.' },
      },
    };
    await engine.say(
      'planner',
      operationStream(run, operation.operation_id),
      0,
      dry ? [planned, blocked] : [planned],
      { mode },
    );
  }
  return plan;
}

/** The publisher's word that an operation succeeded. */
export async function sayDone(
  engine: TestEngine,
  id: string,
  type: 'operation.succeeded' | 'operation.failed' = 'operation.succeeded',
): Promise<void> {
  const stream = operationStream(runId, id);
  const lastSeq = (await engine.events(stream)).at(-1)?.seq ?? 0;
  const audit = {
    operation_id: id,
    run_id: runId,
    operation_kind: 'tag_repo' as const,
    receipt_id: null,
    repository: 'acme/widgets',
    status: type === 'operation.succeeded' ? ('success' as const) : ('failed' as const),
    mode: 'prod' as const,
    started_at: '2026-01-31T12:00:00.000Z',
    completed_at: '2026-01-31T12:00:01.000Z',
    result: null,
    error_message: null,
    error_code: null,
    github_response: null,
    retry_count: 0,
  };
  await engine.say('publisher', stream, lastSeq, [{ type, data: { execution_id, audit } }]);
}
