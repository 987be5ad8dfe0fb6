import { createHash } from 'node:crypto';
import type { connectRedis } from '@marketops/store';

export type Connection = ReturnType<typeof connectRedis>;

/** Runs a script by its digest; by its text only where Redis does not know it, as after a restart. */
export type RunScript = (redis: Connection, keys: readonly string[], argument: string) => Promise<unknown>;

export function scriptOf(lua: string): RunScript {
  const sha1 = createHash('sha1').update(lua).digest('hex');
  return async (redis, keys, argument) => {
    try {
      return await redis.call('EVALSHA', sha1, keys.length, ...keys, argument);
    } catch (fault) {
      if (!(fault instanceof Error) || !fault.message.startsWith('NOSCRIPT')) throw fault;
      return redis.call('EVAL', lua, keys.length, ...keys, argument);
    }
  };
}
