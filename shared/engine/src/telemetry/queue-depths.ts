import type { Redis } from 'ioredis';
import type { Metrics } from './metrics.js';

type Reads = Pick<Redis, 'llen' | 'zcard' | 'lrange' | 'hget'>;

/** How much waits in a queue, and for how long its next job has; read with what a worker of the queue may do anyway. */
export async function measureQueue(
  redis: Reads,
  queue: string,
  nowMs: number,
  metrics: Metrics,
): Promise<void> {
  const key = (name: string): string => `bull:${queue}:${name}`;
  const [wait, paused, active, delayed, failed, [next]] = await Promise.all([
    redis.llen(key('wait')),
    redis.llen(key('paused')),
    redis.llen(key('active')),
    redis.zcard(key('delayed')),
    redis.zcard(key('failed')),
    // Jobs are added on the left and taken from the right.
    redis.lrange(key('wait'), -1, -1),
  ]);
  const counts = { waiting: wait + paused, active, delayed, failed };
  for (const [state, count] of Object.entries(counts))
    metrics.set('marketops_queue_jobs', { queue, state }, count);
  const addedAtMs = next === undefined ? nowMs : Number((await redis.hget(key(next), 'timestamp')) ?? nowMs);
  metrics.set('marketops_queue_oldest_age_seconds', { queue }, Math.max(0, nowMs - addedAtMs) / 1_000);
}
