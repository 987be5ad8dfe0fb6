import {
  type EventDraft,
  type Operation,
  operationStream,
  PlanRequest,
  type PublicationPlan,
  type Receipt,
  repositoryFullName,
  runStream,
} from '@marketops/contracts';
import { newUlid } from '@marketops/engine';
import type { Binding, Mint } from '@marketops/federation';
import { deriveRunId, digestOf, operationDigest, planDigest } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { principal, tenantId } from '../marketops/processes.js';

/** Events of a whole run of one release. */
export const eventsPerRun = 8;

/** One append of a run: who says it, and what to which of its two streams. */
export interface SaidAtOnce {
  readonly by: 'planner' | 'federation' | 'publisher';
  readonly streams: readonly {
    readonly stream: string;
    readonly afterSeq: number;
    readonly events: readonly EventDraft[];
  }[];
}

const operationId = 'release';
const sha = 'c0ffee'.padEnd(40, '0');
const dayMs = 86_400_000;
const later = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** Whose run it is, and about what. */
export interface AboutRun {
  readonly principal: string;
  readonly tenantId: string;
  /** `<owner>/<name>`. */
  readonly repository: string;
}

const oneForAll: AboutRun = { principal, tenantId, repository: 'acme/widgets' };

export const runIdOf = (index: number, about: Omit<AboutRun, 'repository'> = oneForAll): string =>
  deriveRunId(nodeCrypto, {
    ...{ principal: about.principal, tenantId: about.tenantId },
    idempotencyKey: `million-${index}`,
  });

/**
 * What the four services say of one release from its request to its end, in the appends in which they say it: the same
 * eight events, plan, operation and audit record whole, and a receipt by the real mint.
 */
export async function* saidOfRun(
  index: number,
  mint: Mint,
  about: AboutRun = oneForAll,
): AsyncGenerator<SaidAtOnce> {
  const runId = runIdOf(index, about);
  const [run, op] = [runStream(runId), operationStream(runId, operationId)];
  const { request, operation, plan } = plannedOf(index, runId, about);
  const digest = operationDigest(nodeCrypto, operation);
  const ofPlan = planDigest(nodeCrypto, plan);
  const requested: EventDraft = {
    type: 'plan.requested',
    data: {
      ...{ idempotency_key: `million-${index}`, principal: about.principal, request: { inline: request } },
      request_digest: plan.request_digest,
    },
  };
  const generated: EventDraft = {
    type: 'plan.generated',
    data: {
      ...{ facts_digest: digestOf(nodeCrypto, sha), operations: 1, plan: { inline: plan } },
      ...{ plan_digest: ofPlan, would_not_ship: 0, would_ship: 1 },
    },
  };
  const planned: EventDraft = {
    type: 'operation.planned',
    data: {
      ...{ blocked_by_mode: false, depends_on: [], operation: { inline: operation } },
      ...{ operation_digest: digest, operation_id: operationId, operation_kind: operation.kind },
      plan_digest: ofPlan,
    },
  };
  yield {
    by: 'planner',
    streams: [
      { stream: run, afterSeq: 0, events: [requested, generated] },
      { stream: op, afterSeq: 0, events: [planned] },
    ],
  };
  const receipt = await mint.receipt(
    operation,
    digest,
    bindingOf(runId, about.tenantId, ofPlan),
    { nowMs: Date.now(), decisionId: newUlid(), answerId: newUlid() },
    { notAfterMs: Date.now() + dayMs },
  );
  const { decision_id, evidence_digest, policy_digest } = receipt;
  const authorized: EventDraft = {
    type: 'operation.authorized',
    data: {
      ...{
        decision_id,
        evidence_digest,
        operation_id: operationId,
        policy_digest,
        valid_until: later(dayMs),
      },
    },
  };
  const issued: EventDraft = { type: 'receipt.issued', data: { receipt } };
  yield { by: 'federation', streams: [{ stream: op, afterSeq: 1, events: [authorized, issued] }] };
  const execution_id = newUlid();
  const { receipt_id } = receipt;
  const started: EventDraft = {
    type: 'operation.started',
    data: { execution_id, lease_until: later(30_000), operation_id: operationId, receipt_id },
  };
  yield { by: 'publisher', streams: [{ stream: op, afterSeq: 3, events: [started] }] };
  const audit = auditOf(operation, receipt);
  const succeeded: EventDraft = { type: 'operation.succeeded', data: { audit, execution_id } };
  yield { by: 'publisher', streams: [{ stream: op, afterSeq: 4, events: [succeeded] }] };
  const completed: EventDraft = {
    type: 'run.completed',
    data: { blocked: 0, failed: 0, skipped: 0, status: 'completed', succeeded: 1, uncertain: 0 },
  };
  yield { by: 'planner', streams: [{ stream: run, afterSeq: 2, events: [completed] }] };
}

interface Planned {
  readonly request: PlanRequest;
  readonly operation: Operation;
  readonly plan: PublicationPlan;
}

function plannedOf(index: number, runId: string, about: AboutRun): Planned {
  const [tag_name, release_name] = [`v-${index}`, `Widgets ${index}`];
  const [owner = '', name = ''] = about.repository.split('/');
  const request = PlanRequest.parse({
    ...{ tenant_id: about.tenantId, mode: 'prod', idempotency_key: `million-${index}` },
    repository: about.repository,
    operations: [{ id: operationId, kind: 'publish_release', tag_name, release_name }],
  });
  const operation: Operation = {
    ...{ assets: [], body: '', draft: false, kind: 'publish_release', make_latest: 'true' },
    ...{ operation_id: operationId, prerelease: false, release_name },
    ...{ repository: { id: 1, name, owner }, tag_name, target_sha: sha },
  };
  const plan: PublicationPlan = {
    ...{ mode: 'prod', principal: about.principal, run_id: runId },
    request_digest: digestOf(nodeCrypto, request),
    operations: [
      {
        ...{ blocked_by_mode: false, depends_on: [], kind: operation.kind, missing_prerequisites: [] },
        ...{ operation_digest: operationDigest(nodeCrypto, operation), operation_id: operationId },
        ...{ reasons: [], repository: repositoryFullName(operation.repository), would_ship: true },
      },
    ],
    ...{ tenant_id: about.tenantId, version: 1 },
  };
  return { request, operation, plan };
}

const bindingOf = (runId: string, ofTenant: string, ofPlan: string): Binding => ({
  ...{ runId, tenantId: ofTenant, mode: 'prod', planDigest: ofPlan, epoch: 1 },
  ...{ policyDigest: digestOf(nodeCrypto, 'the policies of the benchmark'), evidence: {} },
});

const auditOf = (operation: Operation, receipt: Receipt) => ({
  ...{ completed_at: later(0), error_code: null, error_message: null, github_response: null },
  ...{ mode: receipt.mode, operation_id: operationId, operation_kind: operation.kind },
  ...{ receipt_id: receipt.receipt_id, repository: repositoryFullName(operation.repository) },
  result: {
    ...{ adopted: false, assets: [], immutable: false, remote_id: '1', sha },
    url: 'https://github.invalid/releases/1',
  },
  ...{ retry_count: 0, run_id: receipt.run_id, started_at: later(0), status: 'success' as const },
});
