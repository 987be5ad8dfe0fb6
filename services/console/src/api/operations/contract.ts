import { json, operation, pageLimit, z } from '../define.js';
import { FrozenScopeView } from '../orders/contract.js';
import { Place } from '../place.js';

const Window = z.strictObject({
  window: z.string(),
  max: z.int(),
  used: z.int(),
  left: z.int(),
  more_at: z.string().nullable(),
  all_at: z.string().nullable(),
});

export const AccountLimitsView = z
  .strictObject({
    account: z.string(),
    /** False where no budget is kept for it. */
    kept: z.boolean(),
    windows: z.array(Window),
    next_write_at: z.string().nullable(),
    paused_until: z.string().nullable(),
    /** GitHub’s own word. */
    reported: z.strictObject({ limit: z.int(), remaining: z.int(), resets_at: z.string() }).nullable(),
    requests: z.strictObject({ under_way: z.int(), max: z.int() }).nullable(),
    operations: z
      .strictObject({
        under_way: z.int(),
        max: z.int(),
        waiting: z.array(z.strictObject({ tenant: z.string(), operations: z.int() })),
      })
      .nullable(),
  })
  .openapi('AccountLimits');

export const getLimits = operation({
  operationId: 'getLimits',
  method: 'get',
  path: '/v1/limits',
  tags: ['Operations'],
  summary: 'What each account has left of GitHub’s limits',
  description: 'Who waits for it is told of the caller’s tenants alone.',
  responses: {
    200: json('By account', z.strictObject({ accounts: z.array(AccountLimitsView) }).openapi('Limits')),
  },
});

export const DeadLetterView = z
  .strictObject({
    kind: z.enum(['run', 'stream', 'job', 'operation']),
    subject: z.string(),
    run_id: z.string().nullable(),
    operation_id: z.string().nullable(),
    state: z.string(),
    since: z.string().nullable(),
    why: z.strictObject({ code: z.string(), message: z.string() }),
    /** The command that helps, and what to know before it is run. */
    help: z.string(),
    hint: z.string().nullable(),
    /** What helps here: an order to redrive, to reconcile, a retry, or only a look. */
    remedy: z.enum(['redrive', 'reconcile', 'retry', 'look']),
  })
  .openapi('DeadLetter');

export const listDeadLetters = operation({
  operationId: 'listDeadLetters',
  method: 'get',
  path: '/v1/dead-letters',
  tags: ['Operations'],
  summary: 'What will not go on by itself',
  description:
    'Stalled runs, failed jobs and quarantined streams stand on the first page; dead operations are paged. What belongs to no tenant is told to who may see every tenant.',
  request: {
    query: z.strictObject({
      limit: pageLimit(200, 50),
      after: Place.optional(),
      /** Uncertain operations alone. */
      state: z.enum(['uncertain']).optional(),
    }),
  },
  responses: {
    200: json(
      'A page',
      z
        .strictObject({ letters: z.array(DeadLetterView), next: z.string().nullable() })
        .openapi('DeadLetters'),
    ),
  },
});

export const QueueView = z
  .strictObject({
    name: z.string(),
    waiting: z.int(),
    active: z.int(),
    delayed: z.int(),
    failed: z.int(),
    paused: z.boolean(),
    workers: z.int().nullable(),
    /** How long the oldest waiting job has waited; null where none waits. */
    oldest_age_ms: z.int().nullable(),
  })
  .openapi('Queue');

export const KeyView = z
  .strictObject({
    key_id: z.string(),
    purpose: z.string(),
    algorithm: z.string(),
    /** The service, person or issuer that holds it. */
    holder: z.string(),
    groups: z.array(z.string()),
    not_before: z.string(),
    not_after: z.string().nullable(),
    revoked_at: z.string().nullable(),
    state: z.enum(['good', 'not_yet', 'expiring', 'expired', 'revoked']),
    expires_in_ms: z.int().nullable(),
  })
  .openapi('KeyView');

export const listKeys = operation({
  operationId: 'listKeys',
  method: 'get',
  path: '/v1/keys',
  tags: ['Operations'],
  summary: 'The public keys, and when they expire',
  responses: { 200: json('The keyring', z.strictObject({ keys: z.array(KeyView) }).openapi('Keys')) },
});

const Overview = z
  .strictObject({
    now: z.string(),
    queues: z.array(QueueView),
    ledger: z.strictObject({
      sequence: z.int(),
      epoch: z.int().nullable(),
      term: z.int().nullable(),
      /** Outbox entries that the ledger has yet to take, and how old the oldest is. */
      behind: z.int(),
      lag_ms: z.int(),
      checkpoint_size: z.int().nullable(),
      checkpoint_age_ms: z.int().nullable(),
      free_bytes: z.number().nullable(),
      reserve_bytes: z.number().nullable(),
    }),
    redis: z.strictObject({
      version: z.string(),
      durable: z.boolean(),
      /** Its clock minus ours. */
      skew_ms: z.int(),
    }),
    /** How far the list of runs is. */
    run_index: z.strictObject({
      state: z.enum(['building', 'live', 'failed']),
      position: z.int(),
      runs: z.int(),
      fault: z.string().nullable(),
    }),
    uncertain: z.int(),
    stalled: z.int(),
    held: z.int(),
    freezes: z.array(FrozenScopeView),
    /** Those that expire within 30 days, are expired or are revoked and were not replaced. */
    expiring_keys: z.array(KeyView),
    accounts: z.array(AccountLimitsView),
  })
  .openapi('Overview');

export const getOverview = operation({
  operationId: 'getOverview',
  method: 'get',
  path: '/v1/overview',
  tags: ['Operations'],
  summary: 'Queues and their ages, ledger lag, limits, freezes, what is uncertain, keys that expire',
  responses: { 200: json('As it stands now', Overview) },
});
