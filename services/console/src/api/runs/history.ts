import { Advisory } from '@marketops/contracts';
import { json, named, operation, pageLimit, z } from '../define.js';
import { EventView, RunPath } from '../shared.js';
import { ModeView } from './rows.js';

/** An entry of the ledger. */
export const LedgerEntry = z
  .strictObject({
    sequence: z.int(),
    prev_hash: z.string(),
    hash: z.string(),
    event_digest: z.string(),
    statement_digest: z.string(),
    event: EventView,
    /** Whether its actor’s signature was verified here. */
    verified: z.boolean(),
  })
  .openapi('LedgerEntry');

export const TimelineStep = z
  .strictObject({
    /** Counts from 1 over the whole timeline, as `moments` does. */
    number: z.int(),
    event_id: z.string(),
    stream: z.string(),
    seq: z.int(),
    type: z.string(),
    actor: z.string(),
    time: z.string(),
    /** Since the run’s first event. */
    offset_ms: z.int(),
    operation_id: z.string().nullable(),
    text: z.string(),
    tone: z.enum(['good', 'bad', 'waiting', 'neutral']),
    /** The receipt it is bound to. */
    receipt_id: z.string().nullable(),
    /** False for what a refused job claimed about this run: nobody vouches for it. */
    verified: z.boolean(),
    /** Null while the ledger has not taken it. */
    chain: z
      .strictObject({
        sequence: z.int(),
        hash: z.string(),
        prev_hash: z.string(),
        event_digest: z.string(),
        statement_digest: z.string(),
      })
      .nullable(),
    data: z.record(z.string(), z.unknown()),
  })
  .openapi('TimelineStep');

export const TimelineView = z
  .strictObject({
    run_id: z.string(),
    mode: ModeView,
    phases: z.array(
      z.strictObject({
        phase: z.enum(['plan', 'authorize', 'execute', 'prove']),
        status: z.enum(['not_begun', 'under_way', 'done', 'failed', 'blocked']),
        started_at: z.string().nullable(),
        ended_at: z.string().nullable(),
        duration_ms: z.int().nullable(),
        steps: z.array(TimelineStep),
      }),
    ),
  })
  .openapi('Timeline');

export const getTimeline = operation({
  operationId: 'getTimeline',
  method: 'get',
  path: '/v1/runs/{run_id}/timeline',
  tags: ['Runs'],
  summary: 'Plan, authorize, execute, prove: each phase with its events and their places in the chain',
  request: { params: RunPath },
  responses: { 200: json('All four phases', TimelineView) },
});

export const Moment = z
  .strictObject({
    number: z.int(),
    event_id: z.string(),
    type: z.string(),
    time: z.string(),
    ledger_sequence: z.int().nullable(),
    /** Null: the run itself. */
    operation_id: z.string().nullable(),
    /** The run’s status, or the operation’s phase, after it. */
    state: z.string(),
    changes: z.array(z.strictObject({ name: z.string(), before: z.string(), after: z.string() })),
    /** What whoever decided it rested on, as the event names it. */
    knew: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  })
  .openapi('Moment');

export const getStates = operation({
  operationId: 'getStates',
  method: 'get',
  path: '/v1/runs/{run_id}/states',
  tags: ['Runs'],
  summary: 'What each event changed, to replay the run’s state step by step',
  description:
    'In the order of the ledger. The state after event n is the last `state` of every subject among the first n moments.',
  request: { params: RunPath },
  responses: {
    200: json(
      'Every moment',
      z
        .strictObject({ run_id: z.string(), operations: z.array(z.string()), moments: z.array(Moment) })
        .openapi('States'),
    ),
  },
});

export const getRunLedger = operation({
  operationId: 'getRunLedger',
  method: 'get',
  path: '/v1/runs/{run_id}/ledger',
  tags: ['Ledger'],
  summary: 'The run’s entries in the ledger',
  request: {
    params: RunPath,
    query: z.strictObject({
      limit: pageLimit(1_000, 200),
      after: z.coerce.number().int().min(0).default(0),
    }),
  },
  responses: {
    200: json(
      'In the order of the ledger',
      z.strictObject({ entries: z.array(LedgerEntry), next: z.int().nullable() }).openapi('RunLedger'),
    ),
  },
});

export const getAdvisories = operation({
  operationId: 'getAdvisories',
  method: 'get',
  path: '/v1/runs/{run_id}/advisory',
  tags: ['Runs'],
  summary: 'The advisory receipts: signed reasons why operations were not authorized',
  request: { params: RunPath },
  responses: {
    200: json(
      'One per operation that was advised',
      z
        .strictObject({ run_id: z.string(), advisories: z.array(named('Advisory', Advisory)) })
        .openapi('Advisories'),
    ),
  },
});

export const getProof = operation({
  operationId: 'getProof',
  method: 'get',
  path: '/v1/runs/{run_id}/proof',
  tags: ['Ledger'],
  summary: 'The run’s proof bundle, which verifies offline',
  description: 'Check it with `marketops-verify bundle <file>` and a keyring that you trust.',
  request: { params: RunPath },
  responses: {
    200: {
      description: 'The bundle, as a file',
      content: { 'application/vnd.marketops.proof+json': { schema: z.string() } },
    },
    409: {
      description: 'It cannot be proven yet (`proof_not_ready`)',
      content: { 'application/problem+json': { schema: z.unknown() } },
    },
  },
});
