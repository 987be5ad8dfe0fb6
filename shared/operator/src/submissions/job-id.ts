/**
 * Ids under which BullMQ keeps a queue's own structures: the job's key is `bull:<queue>:<job id>`, so a job of such an id
 * would overwrite one of them.
 */
const structures: ReadonlySet<string> = new Set([
  ...[
    'active',
    'completed',
    'de',
    'delayed',
    'events',
    'failed',
    'id',
    'limiter',
    'marker',
    'meta',
    'metrics',
  ],
  ...[
    'paused',
    'pc',
    'prioritized',
    'priority',
    'repeat',
    'stalled',
    'stalled-check',
    'wait',
    'waiting-children',
  ],
]);

/**
 * The job's id: the idempotency key where BullMQ accepts it, else the run's id, which is made from the key. BullMQ takes
 * no `:` and no integer for an id of one's own.
 */
export function jobIdFor(idempotencyKey: string, runId: string): string {
  const refused = idempotencyKey.includes(':') || /^-?\d+$/.test(idempotencyKey);
  return refused || structures.has(idempotencyKey) ? runId : idempotencyKey;
}
