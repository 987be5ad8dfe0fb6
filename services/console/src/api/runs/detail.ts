import { gateChecks, PlanRequest, PublicationPlan, RunId } from '@marketops/contracts';
import { json, named, operation, z } from '../define.js';
import { ReasonView, RunPath } from '../shared.js';
import { KindView, ListedStatusView, ModeView, RunFlagView } from './rows.js';

export const GateCheckView = z.enum(gateChecks).openapi('GateCheck');

export const CheckView = z
  .strictObject({
    /** 1 to 12. */
    number: z.int(),
    check: GateCheckView,
    /**
     * Before its start: what the gate would answer now (`waits`: it would be held). Afterwards: what it answered, asked again from
     * the ledger. `gate`: only the publisher can ask it. `unasked`: it never came to the gate.
     */
    verdict: z.enum(['holds', 'fails', 'waits', 'gate', 'unasked']),
    evidence: z.string(),
    asked_at: z.string().nullable(),
  })
  .openapi('Check');

export const ReceiptBrief = z
  .strictObject({
    receipt_id: z.string(),
    state: z.enum(['issued', 'consumed', 'expired', 'revoked', 'superseded']),
    issued_at: z.string(),
    not_before: z.string(),
    expires_at: z.string(),
    key_id: z.string(),
    epoch: z.int(),
    supersedes: z.string().nullable(),
    ledger_sequence: z.int().nullable(),
  })
  .openapi('ReceiptBrief');

export const OutcomeView = z
  .strictObject({
    type: z.enum(['succeeded', 'failed', 'refused', 'uncertain', 'skipped', 'reconciled']),
    time: z.string(),
    code: z.string().nullable(),
    message: z.string().nullable(),
    remedy: z.string().nullable(),
    /** Where the effect is. */
    url: z.string().nullable(),
    remote_id: z.string().nullable(),
  })
  .openapi('Outcome');

export const OperationView = z
  .strictObject({
    operation_id: z.string(),
    kind: KindView,
    repository: z.string(),
    phase: z.enum([
      'none',
      'planned',
      'authorized',
      'expired',
      'revoked',
      'started',
      'succeeded',
      'failed',
      'refused',
      'uncertain',
      'blocked',
      'advised',
      'skipped',
    ]),
    operation_digest: z.string().nullable(),
    depends_on: z.array(z.string()),
    would_ship: z.boolean(),
    blocked_by_mode: z.boolean(),
    /** The last one issued. */
    receipt: ReceiptBrief.nullable(),
    receipts: z.int(),
    /** All twelve, in the gate’s order. */
    checks: z.array(CheckView),
    outcome: OutcomeView.nullable(),
    attempts: z.int(),
    redrives: z.int(),
    drift: z.enum(['edited', 'deleted']).nullable(),
  })
  .openapi('Operation');

/** Why something did not ship, or does not yet. */
export const WhyNot = z
  .strictObject({
    kind: z.enum([
      'mode',
      'rejected',
      'missing_prerequisite',
      'policy_violation',
      'awaiting_approval',
      'awaiting_evidence',
      'missing_receipt',
      'expired',
      'revoked',
      'forged_signature',
      'refused',
      'frozen',
      'throttled',
      'held',
      'dependency',
      'cancelled',
      'failed',
      'uncertain',
      'stalled',
    ]),
    /** Null where it is the whole run. */
    operation_id: z.string().nullable(),
    code: z.string(),
    /** A policy’s own words, where it was one. */
    message: z.string(),
    remedy: z.string(),
    /** True where somebody may have tried to get round the authorization. */
    security_alert: z.boolean(),
    /** False for what a refused job merely claimed. */
    verified: z.boolean(),
    policy_id: z.string().nullable(),
    throttled_until: z.string().nullable(),
    time: z.string().nullable(),
  })
  .openapi('WhyNot');

const Action = z
  .strictObject({
    possible: z.boolean(),
    /** Why not; null where it is. */
    why: z.string().nullable(),
  })
  .openapi('Action');

export const RunDetail = z
  .strictObject({
    run_id: z.string(),
    tenant_id: z.string(),
    principal: z.string().nullable(),
    idempotency_key: z.string().nullable(),
    mode: ModeView,
    status: ListedStatusView,
    flags: z.array(RunFlagView),
    created_at: z.string(),
    updated_at: z.string(),
    ended_at: z.string().nullable(),
    banner: z.strictObject({
      /**
       * `dry_run`: gold, blocked, safe. `waiting`: blue, prod without authority yet. `authorized`: green, a live receipt, all twelve
       * checks hold. `executing`, `ended`, `rejected`: as they say.
       */
      kind: z.enum(['dry_run', 'waiting', 'authorized', 'executing', 'ended', 'rejected']),
      /** When the earliest live receipt expires. */
      receipt_expires_at: z.string().nullable(),
      /** Of the operation that the banner’s checks are of. */
      operation_id: z.string().nullable(),
    }),
    /** Null where it could not be read, is sealed and erased, or is not on this machine. */
    request: named('PlanRequest', PlanRequest).nullable(),
    request_digest: z.string().nullable(),
    plan_digest: z.string().nullable(),
    contents: z.strictObject({
      /** `open`, `sealed`, `erased`, `lost`. */
      state: z.string(),
      message: z.string().nullable(),
    }),
    rejected: z
      .strictObject({
        code: z.string(),
        faults: z.array(z.strictObject({ path: z.string(), message: z.string() })),
      })
      .nullable(),
    outcome: z
      .strictObject({
        status: z.string(),
        succeeded: z.int(),
        failed: z.int(),
        blocked: z.int(),
        skipped: z.int(),
        uncertain: z.int(),
      })
      .nullable(),
    retry_of: z.string().nullable(),
    redriven: z.array(z.strictObject({ time: z.string(), principal: z.string(), reason: z.string() })),
    cancel_requested: z
      .strictObject({ time: z.string(), principal: z.string(), reason: z.string() })
      .nullable(),
    operations: z.array(OperationView),
    why_not_shipped: z.array(WhyNot),
    /** What the caller may do with it, as it stands. */
    actions: z.strictObject({
      cancel: Action,
      retry: Action,
      redrive: Action,
      reconcile: Action,
      approve: Action,
      proof: Action,
    }),
    now: z.string(),
  })
  .openapi('RunDetail');

export const getRun = operation({
  operationId: 'getRun',
  method: 'get',
  path: '/v1/runs/{run_id}',
  tags: ['Runs'],
  summary: 'A run: where it stands, its operations, the twelve checks, and why something has not shipped',
  request: { params: RunPath },
  responses: { 200: json('The run', RunDetail) },
});

/** One line of what an operation changes. */
export const Change = z
  .strictObject({
    field: z.string(),
    /** As the other run’s plan had it; null without one, or where there was nothing. */
    before: z.string().nullable(),
    after: z.string().nullable(),
    /** `text`: several lines, to be shown as a diff of lines. */
    form: z.enum(['value', 'text', 'digest', 'bytes']),
  })
  .openapi('Change');

const PlannedView = z
  .strictObject({
    operation_id: z.string(),
    kind: KindView,
    repository: z.string(),
    operation_digest: z.string().nullable(),
    depends_on: z.array(z.string()),
    blocked_by_mode: z.boolean(),
    would_ship: z.boolean(),
    reasons: z.array(ReasonView),
    missing_prerequisites: z.array(ReasonView),
    /** Whole, exactly as its digest has it; null where a prerequisite is missing or its blob is not here. */
    operation: z.record(z.string(), z.unknown()).nullable(),
    /** In a sentence: what will be there afterwards. */
    effect: z.string(),
    changes: z.array(Change),
  })
  .openapi('PlannedOperation');

export const PlanView = z
  .strictObject({
    run_id: z.string(),
    mode: ModeView,
    plan_digest: z.string(),
    request_digest: z.string(),
    /** As its digest has it: RFC 8785, SHA-256. Null where it cannot be read here. */
    plan: named('PublicationPlan', PublicationPlan).nullable(),
    operations: z.array(PlannedView),
    would_ship: z.int(),
    would_not_ship: z.int(),
    compared_with: z.string().nullable(),
  })
  .openapi('PlanView');

export const getPlan = operation({
  operationId: 'getPlan',
  method: 'get',
  path: '/v1/runs/{run_id}/plan',
  tags: ['Runs'],
  summary: 'The publication plan, and what it will change',
  description:
    'Compared with another run’s plan where one is named, else with that of the run it is a retry of.',
  request: { params: RunPath, query: z.strictObject({ against: RunId.optional() }) },
  responses: { 200: json('The plan', PlanView) },
});
