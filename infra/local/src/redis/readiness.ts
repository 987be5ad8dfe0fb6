import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { reasonOf } from '../local-error.js';

/** What a server says of itself once it answers. */
export interface ServerFacts {
  readonly version: string;
  readonly durable: boolean;
}

/** BullMQ's recommended minimum. */
export const REDIS_VERSION_MIN = '6.2.0';

const RETRY_INTERVAL_MS = 20;

/**
 * Connects until PING is answered, for at most `limit_ms`. A refused connection, a missing socket file and LOADING
 * all mean "not yet"; `stillStarting` ends the wait early by throwing, for instance because the server has exited.
 */
export async function waitUntilReady(
  url: string,
  limit_ms: number,
  stillStarting: () => void = () => {},
): Promise<ServerFacts> {
  const deadline = performance.now() + limit_ms;
  for (;;) {
    try {
      return await askForFacts(url, Math.max(1, deadline - performance.now()));
    } catch (error) {
      stillStarting();
      if (performance.now() + RETRY_INTERVAL_MS > deadline) throw error;
      await pause(RETRY_INTERVAL_MS);
    }
  }
}

async function askForFacts(url: string, limit_ms: number): Promise<ServerFacts> {
  return withRedis(url, limit_ms, async (redis) => {
    await redis.ping();
    const info = String(await redis.info());
    return { version: /redis_version:(\S+)/.exec(info)?.[1] ?? '0.0.0', durable: /aof_enabled:1/.test(info) };
  });
}

/** One connection that fails fast instead of reconnecting, closed again whatever happens. */
export async function withRedis<T>(
  url: string,
  limit_ms: number,
  use: (redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: limit_ms,
    commandTimeout: limit_ms,
  });
  // connect() rejects with "Connection is closed."; why it closed is only in the event.
  let why: unknown;
  redis.on('error', (error: unknown) => {
    why = error;
  });
  try {
    await redis.connect();
    return await use(redis);
  } catch (error) {
    throw why === undefined ? error : new Error(reasonOf(why), { cause: why });
  } finally {
    redis.disconnect();
  }
}

/** Compares `major.minor.patch` strings; a part that is missing counts as zero. */
export function isOlder(version: string, than: string): boolean {
  const parts = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [parts(version), parts(than)];
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
