import type { Redis } from 'ioredis';
import type { Script } from './scripts.js';

export interface Call {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/**
 * Runs one script many times in one round trip. After a Redis restart the script cache is empty: the calls that
 * answered NOSCRIPT, and only those, did nothing and are sent again with the script's text.
 */
export async function evaluateAll(redis: Redis, script: Script, calls: readonly Call[]): Promise<unknown[]> {
  const pipeline = redis.pipeline();
  for (const { keys, args } of calls) pipeline.call('EVALSHA', script.sha1, keys.length, ...keys, ...args);
  const results = (await pipeline.exec()) ?? [];
  return Promise.all(
    results.map(([error, result], index) => {
      if (error === null) return result;
      const call = calls[index];
      if (call === undefined || !error.message.startsWith('NOSCRIPT')) throw error;
      return redis.call('EVAL', script.lua, call.keys.length, ...call.keys, ...call.args);
    }),
  );
}
