import { Redis, type RedisOptions } from 'ioredis';
import { StoreError } from '../errors.js';

/** Where Redis is: a URL (`redis://`, `rediss://`) or the path of a Unix socket (`/run/redis.sock`, `unix:///…`). */
export function redisOptions(url: string): RedisOptions {
  if (url.startsWith('/')) return { path: url };
  if (url.startsWith('unix://')) return { path: url.slice('unix://'.length) };
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    // No cause: it quotes the URL, and with it a password.
    throw new StoreError('store_unavailable', 'the Redis URL cannot be read', {
      next: 'Write redis://host:port, rediss://host:port or the path of a Unix socket.',
    });
  }
  const database = parsed.pathname.length > 1 ? Number(parsed.pathname.slice(1)) : 0;
  return {
    host: parsed.hostname,
    port: parsed.port === '' ? 6379 : Number(parsed.port),
    db: database,
    ...(parsed.username === '' ? {} : { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password === '' ? {} : { password: decodeURIComponent(parsed.password) }),
    ...(parsed.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

/**
 * A connection that keeps trying: Redis may restart under us and the work waits for it. Commands issued while it is
 * away queue up to the caller's own time limit. BullMQ's workers demand `maxRetriesPerRequest: null`.
 */
export function connectRedis(url: string, extra: RedisOptions = {}): Redis {
  const options: RedisOptions = {
    ...redisOptions(url),
    maxRetriesPerRequest: null,
    retryStrategy: (attempt: number) => Math.min(50 * attempt, 1_000),
    ...extra,
  };
  const redis = new Redis({ ...options, replyMapping: 'legacy' });
  // Without a listener ioredis prints to the console; every command's own promise carries the failure.
  redis.on('error', () => undefined);
  return redis;
}
