import { fromEnvironment, redisUrlFrom } from '@marketops/engine';
import type { ProvidedRedis, RedisSource } from '@marketops/local';
import { probeRedis } from '@marketops/operator';
import { openRedisStore } from '@marketops/store';

/** Which sources of a Redis the demo may use, and why not all. */
export interface RedisChoice {
  /** Undefined: all of them, in their order. */
  readonly sources: readonly RedisSource[] | undefined;
  readonly reason: string | undefined;
}

const own: readonly RedisSource[] = ['path', 'debian', 'javascript'];

/**
 * REDIS_URL is used only where no MarketOps lives in it: a demo's empty ledger beside somebody's streams would look
 * like a ledger that was lost.
 * @throws CliError `redis_unreachable` where REDIS_URL is set and does not answer
 */
export async function chooseRedis(env: NodeJS.ProcessEnv): Promise<RedisChoice> {
  if (fromEnvironment(env, 'REDIS_URL') === undefined) return { sources: undefined, reason: undefined };
  const url = redisUrlFrom(env, '');
  await probeRedis({ url, from: 'REDIS_URL' });
  const store = openRedisStore(url);
  try {
    const controls = await store.readControl([0, 1, 2, 3]);
    if (controls.every((control) => control === null)) return { sources: undefined, reason: undefined };
    return { sources: own, reason: 'REDIS_URL is left alone: another MarketOps lives there' };
  } finally {
    await store.close();
  }
}

/** Why this Redis and not another, in the order that sources are tried. */
export function whyThisRedis({ source }: Pick<ProvidedRedis, 'source'>): string {
  const reasons: Readonly<Record<RedisSource, string>> = {
    url: 'REDIS_URL names it',
    path: 'REDIS_URL is not set or not free, and a server is on PATH',
    debian: 'no REDIS_URL to use and no server on PATH: taken from the distribution, without root',
    javascript: 'no REDIS_URL to use, no server on PATH, none to be had from the distribution',
  };
  return reasons[source];
}
