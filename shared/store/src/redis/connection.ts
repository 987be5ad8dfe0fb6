import { Redis, type RedisOptions } from 'ioredis';
import { parseAddress, socketOf } from './address.js';

/**
 * Where Redis is: a URL (`redis://`, `rediss://`) or the path of a Unix socket (`/run/redis.sock`, `unix:///…`), where
 * `?username=`, `?password=` and `?db=` may follow, as ioredis reads them.
 */
export function redisOptions(url: string): RedisOptions {
  const socket = socketOf(url);
  if (socket !== undefined) {
    const { path, parameters } = socket;
    const [username, password, db] = ['username', 'password', 'db'].map((name) => parameters.get(name));
    return {
      path,
      ...(username ? { username } : {}),
      ...(password ? { password } : {}),
      ...(db ? { db: Number(db) } : {}),
    };
  }
  const parsed = parseAddress(url);
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
    // CLIENT SETINFO: nobody needs it, and the users of docs/redis-users.md may not.
    disableClientInfo: true,
    retryStrategy: (attempt: number) => Math.min(50 * attempt, 1_000),
    ...extra,
  };
  const redis = new Redis({ ...options, replyMapping: 'legacy' });
  // Without a listener ioredis prints to the console; every command's own promise carries the failure.
  redis.on('error', () => undefined);
  return redis;
}
