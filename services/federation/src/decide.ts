import {
  type EventDraft,
  freezeScopes,
  type Operation,
  type OperationState,
  operationStream,
  type PlannedOperation,
  type PublicationPlan,
  type Reason,
  type RunState,
  repositoryFullName,
} from '@marketops/contracts';
import { type Decision, isoTime, publicationJob, runJob } from '@marketops/engine';
import { type CryptoPort, operationDigest, planDigest } from '@marketops/proof';
import type { JobSpec } from '@marketops/store';
import type { Binding, Fresh, Mint } from './mint.js';
import type { Policy } from './ports/policy.js';

/** A run as federation needs it: its plan, and the operations it was asked about with those they depend on. */
export interface AuthorizationView {
  readonly runId: string;
  readonly run: RunState;
  readonly plan: PublicationPlan;
  readonly asked: readonly string[];
  readonly states: ReadonlyMap<string, OperationState>;
  /** Whole operations as their events hold them. */
  readonly operations: ReadonlyMap<string, Operation>;
}

export interface AuthorizationFacts {
  readonly epoch: number;
  readonly nowMs: number;
  /** New ids for each operation asked about. */
  readonly fresh: ReadonlyMap<string, Fresh>;
}

export interface Authorizer {
  readonly crypto: CryptoPort;
  readonly policy: Policy;
  readonly mint: Mint;
}

interface Answer {
  readonly events: EventDraft[];
  readonly jobs: JobSpec[];
  readonly scopes: readonly string[];
}

/** For how long a yes stands, as the event says it; a receipt that has expired meanwhile is not replaced. */
const authorizationMs = 24 * 3_600_000;

/**
 * A decision per operation (laws F1, F2, F5): policy first, then an enforceable receipt or an advisory with the
 * reasons. An operation is answered once; asking again yields nothing new. Pure but for the signatures, which are
 * deterministic.
 */
export function decideAuthorization(
  authorizer: Authorizer,
  view: AuthorizationView,
  facts: AuthorizationFacts,
): Decision {
  const { runId, run, plan } = view;
  const digest = planDigest(authorizer.crypto, plan);
  const streams: Decision['streams'][number][] = [];
  const jobs: JobSpec[] = [];
  const scopes = new Set<string>();
  const items = new Map(plan.operations.map((item) => [item.operation_id, item]));
  for (const id of view.asked) {
    const item = items.get(id);
    const state = view.states.get(id);
    const fresh = facts.fresh.get(id);
    if (item === undefined || state === undefined || fresh === undefined) continue;
    const answer = answerFor({
      authorizer,
      view,
      item,
      state,
      fresh,
      digest,
      epoch: facts.epoch,
      nowMs: facts.nowMs,
    });
    if (answer === undefined) continue;
    if (answer.events.length > 0) {
      streams.push({ stream: operationStream(runId, id), afterSeq: state.lastSeq, events: answer.events });
    }
    jobs.push(...answer.jobs);
    for (const scope of answer.scopes) scopes.add(scope);
  }
  return {
    context: {
      tenantId: run.tenantId,
      runId,
      mode: run.mode,
      causationId: run.planned?.id ?? null,
      correlationId: runId,
    },
    streams,
    jobs: dedupe(jobs),
    scopes: [...scopes],
  };
}

interface Case {
  readonly authorizer: Authorizer;
  readonly view: AuthorizationView;
  readonly item: PlannedOperation;
  readonly state: OperationState;
  readonly fresh: Fresh;
  readonly digest: string;
  readonly epoch: number;
  readonly nowMs: number;
}

function answerFor(the: Case): Answer | undefined {
  const { state, view } = the;
  if (state.phase === 'blocked') return advise(the, dryRunReasons(the));
  if (view.run.cancelRequested !== undefined) return undefined;
  if (state.phase === 'authorized') return issuedBefore(the);
  if (state.phase !== 'planned') return undefined;
  // Whoever asks early, the answer waits: no receipt ages while it waits for another operation.
  if (!the.item.depends_on.every((id) => view.states.get(id)?.phase === 'succeeded')) return undefined;
  const refusal = refusalReasons(the);
  return refusal.length > 0 ? advise(the, refusal) : issue(the);
}

/** Everything that speaks against it, the binding of plan and operation included; empty means yes. */
function refusalReasons({ authorizer, view, item, state, digest }: Case): readonly Reason[] {
  const operation = view.operations.get(item.operation_id);
  if (view.run.mode !== 'prod')
    return [reason('mode_not_prod', 'The run is not in mode prod.', 'Submit the plan with mode: prod.')];
  if (operation === undefined || !item.would_ship || item.blocked_by_mode)
    return item.reasons.length > 0
      ? item.reasons
      : [reason('not_shipping', 'The plan says it would not ship.', 'See the plan.')];
  const actual = operationDigest(authorizer.crypto, operation);
  const operationBound = actual === item.operation_digest && actual === state.planned?.data.operation_digest;
  const planBound =
    digest === state.planned?.data.plan_digest && digest === view.run.planned?.data.plan_digest;
  if (!operationBound || !planBound || !isPlanOf(view) || !isOperationOf(item, operation)) {
    return [
      reason(
        'binding_broken',
        'The operation is not the one the plan names.',
        'Submit the plan again; report this if it recurs.',
      ),
    ];
  }
  return policyReasons(authorizer.policy, operation, view);
}

/** The plan is this run's own, not one of another run, tenant or mode. */
const isPlanOf = ({ runId, run, plan }: AuthorizationView): boolean =>
  plan.run_id === runId && plan.mode === run.mode && plan.tenant_id === run.tenantId;

/** What the plan shows of the operation is what the operation is. */
const isOperationOf = (item: PlannedOperation, operation: Operation): boolean =>
  operation.operation_id === item.operation_id &&
  operation.kind === item.kind &&
  repositoryFullName(operation.repository).toLowerCase() === item.repository.toLowerCase();

/** Empty means yes, and nothing else does: a no without reasons, or what is no answer at all, is a no (law P8). */
function policyReasons(policy: Policy, operation: Operation, { plan }: AuthorizationView): readonly Reason[] {
  try {
    const answer = policy.decide({ operation, tenantId: plan.tenant_id, principal: plan.principal });
    if (answer.allowed === true) return [];
    return answer.reasons.length > 0
      ? answer.reasons
      : [reason('policy_denied', 'The policy says no, without a reason.', 'Ask whoever keeps the policy.')];
  } catch {
    return [
      reason(
        'policy_error',
        'The policy could not be evaluated.',
        'Correct the policy; until then everything is denied.',
      ),
    ];
  }
}

/** A dry run's advisory tells everything that would stand in the way of shipping, its mode first. */
function dryRunReasons({ authorizer, view, item, state }: Case): Reason[] {
  const operation = view.operations.get(item.operation_id);
  const blocked = state.blocked?.data.reason;
  return [
    ...(blocked === undefined ? [] : [blocked]),
    ...item.reasons,
    ...(operation === undefined ? [] : policyReasons(authorizer.policy, operation, view)),
  ];
}

function issue({ authorizer, view, item, fresh, digest, epoch }: Case): Answer {
  const operation = view.operations.get(item.operation_id);
  if (operation === undefined || item.operation_digest === null) return { events: [], jobs: [], scopes: [] };
  const binding = bindingOf(authorizer, view, digest, epoch);
  const receipt = authorizer.mint.receipt(operation, item.operation_digest, binding, fresh);
  return {
    events: [
      {
        type: 'operation.authorized',
        data: {
          decision_id: fresh.decisionId,
          evidence_digest: receipt.evidence_digest,
          operation_id: item.operation_id,
          policy_digest: receipt.policy_digest,
          valid_until: isoTime(fresh.nowMs + authorizationMs),
        },
      },
      { type: 'receipt.issued', data: { receipt } },
    ],
    jobs: [publicationJob(operation.repository.owner, receipt)],
    scopes: freezeScopes(view.plan.tenant_id, operation.repository),
  };
}

function advise(the: Case, reasons: readonly Reason[]): Answer {
  const { authorizer, view, item, fresh, digest, epoch } = the;
  const advisory = authorizer.mint.advisory(
    { operation_id: item.operation_id, kind: item.kind },
    item.operation_digest,
    bindingOf(authorizer, view, digest, epoch),
    fresh,
    reasons,
  );
  return {
    events: [{ type: 'receipt.advised', data: { advisory } }],
    jobs: [runJob(view.runId)],
    scopes: [],
  };
}

/** Issued before: an unused receipt that has expired is said to have; a live one is presented again. */
function issuedBefore({ state, view, item, epoch, nowMs }: Case): Answer {
  const receipt = state.issued?.data.receipt;
  if (receipt === undefined) return { events: [], jobs: [], scopes: [] };
  const ofThisEpoch = receipt.epoch >= epoch;
  if (ofThisEpoch && Date.parse(receipt.expires_at) > nowMs) {
    return { events: [], jobs: [publicationJob(item.repository.split('/')[0] ?? '', receipt)], scopes: [] };
  }
  const expired = reason(
    'receipt_expired',
    // A receipt of an older life of the store could be one that had been used there.
    ofThisEpoch
      ? `It expired at ${receipt.expires_at}, unused.`
      : `It is of epoch ${receipt.epoch}; this is epoch ${epoch}.`,
    'Submit the plan again under a new idempotency key.',
  );
  return {
    events: [{ type: 'receipt.expired', data: { receipt_id: receipt.receipt_id, reason: expired } }],
    jobs: [runJob(view.runId)],
    scopes: [],
  };
}

const bindingOf = (
  authorizer: Authorizer,
  view: AuthorizationView,
  digest: string,
  epoch: number,
): Binding => ({
  runId: view.runId,
  tenantId: view.plan.tenant_id,
  mode: view.run.mode,
  planDigest: digest,
  epoch,
  policyDigest: authorizer.policy.digest,
  evidence: { principal: view.plan.principal, request_digest: view.plan.request_digest },
});

const reason = (code: string, message: string, remedy: string): Reason => ({ code, message, remedy });

/** Several advisories of one run need the planner once. */
const dedupe = (jobs: readonly JobSpec[]): JobSpec[] => {
  const seen = new Set<string>();
  return jobs.filter((job) => {
    if (job.coalesceId === undefined) return true;
    const first = !seen.has(job.coalesceId);
    seen.add(job.coalesceId);
    return first;
  });
};
