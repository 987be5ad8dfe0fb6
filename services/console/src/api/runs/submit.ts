import { IdempotencyKey, Mode, PlanRequest, Remark } from '@marketops/contracts';
import { body, json, named, operation, z } from '../define.js';
import { RunPath } from '../shared.js';
import { ModeView } from './rows.js';

const PlanRequestBody = named('PlanRequest', PlanRequest);

const Submitted = z
  .strictObject({
    run_id: z.string(),
    tenant_id: z.string(),
    principal: z.string(),
    mode: ModeView,
    idempotency_key: z.string(),
    operations: z.int(),
    /** True where this key and request named a run already: it is that one. */
    known: z.boolean(),
    /** Where it has ended and left Redis: how, and when. */
    retired: z.strictObject({ status: z.string(), ended_at: z.string() }).nullable(),
    retry_of: z.string().nullable(),
    /** Whether a planner takes requests of this principal right now; null where that is not known. */
    planner_working: z.boolean().nullable(),
  })
  .openapi('Submitted');

const KeyHeader = z.object({
  'idempotency-key': IdempotencyKey.optional().openapi({
    param: { name: 'idempotency-key', in: 'header' },
    description:
      'Names the run for this principal and tenant: the same key and request again is the same run, the same key with another request is refused with `idempotency_conflict`. Without one the server makes one.',
  }),
});

export const submitRun = operation({
  operationId: 'submitRun',
  method: 'post',
  path: '/v1/runs',
  tags: ['Runs'],
  summary: 'Ask for a run',
  description:
    'Mode is `dry_run` unless it says `prod`. Answered only when the ledger has acknowledged the request: what was answered with 202 survives the loss of Redis.',
  request: { headers: KeyHeader, body: body(PlanRequestBody) },
  responses: { 202: json('It is durable, and will be planned', Submitted) },
});

export const retryRun = operation({
  operationId: 'retryRun',
  method: 'post',
  path: '/v1/runs/{run_id}/retry',
  tags: ['Runs'],
  summary: 'Ask for an ended run again, whole, as a new run',
  description: 'Only for runs that the caller’s own principal asked for.',
  request: {
    params: RunPath,
    headers: KeyHeader,
    body: body(z.strictObject({ mode: named('Mode', Mode).optional() })),
  },
  responses: { 202: json('The new run', Submitted) },
});

const Cancelled = z
  .strictObject({
    run_id: z.string(),
    /** `requested`: the planner has been told. `too_late`: the run has ended. */
    cancel: z.enum(['requested', 'too_late']),
    outcome: z.string().nullable(),
  })
  .openapi('Cancelled');

export const cancelRun = operation({
  operationId: 'cancelRun',
  method: 'post',
  path: '/v1/runs/{run_id}/cancel',
  tags: ['Runs'],
  summary: 'Cancel what of a run has not started',
  description: 'What has started goes on to its end: nothing is left half done.',
  request: { params: RunPath, body: body(z.strictObject({ reason: Remark })) },
  responses: { 202: json('The planner decides it', Cancelled) },
});
