import { fromEnvironment, readRedisCredentials, redisUrlFrom, type Settings } from '@marketops/engine';
import { connectRedis, withCredentials } from '@marketops/store';
import { OperatorError, reasonOf } from '../errors.js';
import { readSystemFile, type SystemFile } from './system-file.js';

/** Which Redis a command talks to, and who said so. */
export interface RedisPlace {
  readonly url: string;
  readonly from: 'REDIS_URL' | 'the running system' | 'marketops.yml';
}

/** REDIS_URL (as REDIS_USERNAME, where that is set), else that of the system which runs over this folder, else what marketops.yml says. */
export function redisPlace(loaded: Pick<Settings, 'config' | 'dataDir'>, env: NodeJS.ProcessEnv): RedisPlace {
  if (fromEnvironment(env, 'REDIS_URL') !== undefined)
    return { url: redisUrlFrom(env, ''), from: 'REDIS_URL' };
  const running = readSystemFile(loaded.dataDir);
  if (running !== undefined) return { url: urlOf(running, loaded), from: 'the running system' };
  return { url: redisUrlFrom(env, loaded.config.redis_url), from: 'marketops.yml' };
}

/** The command is the user `console`. */
const urlOf = (
  { redis_url: url, redis_users: users }: SystemFile,
  { dataDir }: Pick<Settings, 'dataDir'>,
): string => (users ? withCredentials(url, readRedisCredentials(dataDir, 'console')) : url);

/** What a Redis says of itself. */
export interface RedisFacts {
  readonly version: string;
  /** True when it keeps an append-only file. */
  readonly durable: boolean;
  readonly evictionPolicy: string;
  /** Its clock minus ours, in milliseconds; as exact as the round trip is short. */
  readonly skewMs: number;
}

const connectLimitMs = 3_000;

/**
 * Connects once, asks, and lets go: fails fast where the store's own connections wait for Redis to come back.
 * @throws OperatorError `redis_unreachable`
 */
export async function probeRedis({ url, from }: RedisPlace): Promise<RedisFacts> {
  const redis = connectRedis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: connectLimitMs,
    commandTimeout: connectLimitMs,
  });
  // connect() rejects with "Connection is closed."; why it closed is only in the event.
  let why: unknown;
  redis.on('error', (fault: unknown) => {
    why = fault;
  });
  try {
    await redis.connect();
    const info = String(await redis.info());
    const before = Date.now();
    const [seconds, micros] = await redis.time();
    const nowMs = (before + Date.now()) / 2;
    return {
      version: /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown',
      durable: /aof_enabled:1/.test(info),
      evictionPolicy: /maxmemory_policy:(\S+)/.exec(info)?.[1] ?? 'unknown',
      skewMs: Math.round(Number(seconds) * 1_000 + Number(micros) / 1_000 - nowMs),
    };
  } catch (cause) {
    throw new OperatorError(
      'redis_unreachable',
      `Redis does not answer (${shownUrl(url)}, from ${from}): ${reasonOf(why ?? cause)}`,
      {
        next: 'Start everything with marketops dev, start that Redis, or set REDIS_URL.',
        retry: 'transient',
        cause,
      },
    );
  } finally {
    redis.disconnect();
  }
}

/** The URL without credentials, which may stand in the userinfo as well as in the query. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url.split('?')[0] ?? url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
