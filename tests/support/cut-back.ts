import { setTimeout as delay } from 'node:timers/promises';
import { acknowledgementKey, partitionOf, partitionTag, streamKey } from '@marketops/store';
import type { Redis } from 'ioredis';

/** The ledger's word on a stream as it lies in Redis. */
export const wordOn = (redis: Redis, stream: string): Promise<string | null> =>
  redis.get(acknowledgementKey(stream));

/**
 * A ledger names itself in the control keys a few seconds after its first entry, looks over Redis then, and puts back what is
 * missing. Waits for that: what is cut afterwards stays cut until something shows.
 */
async function untilNamed(redis: Redis, stream: string): Promise<void> {
  const control = `mo:${partitionTag(partitionOf(stream))}:ctl`;
  while ((await redis.hexists(control, 'ledger')) === 0) await delay(20);
}

/**
 * What whoever can write Redis can do to a stream: take away what came after a seq, its own idea of its last id too, and
 * put an older word of the ledger beside it. Nothing shows then but the ledger.
 */
export async function cutBack(
  redis: Redis,
  stream: string,
  seq: number,
  word?: string | null,
): Promise<void> {
  await untilNamed(redis, stream);
  const key = streamKey(stream);
  const rows = await redis.xrange(key, `${seq + 1}-0`, '+');
  if (rows.length > 0) await redis.xdel(key, ...rows.map(([id]) => id));
  await redis.call('XSETID', key, `${seq}-0`);
  if (word != null) await redis.set(acknowledgementKey(stream), word);
}
