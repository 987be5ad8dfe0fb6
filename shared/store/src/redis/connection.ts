import { Redis, type RedisOptions } from 'ioredis';
import { StoreError } from '../errors.js';

/** As whom one speaks to Redis. Without a name it is the user `default`. */
export interface RedisCredentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

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
  const parsed = parse(url);
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

/** The same Redis, spoken to as somebody. What the URL said of credentials is replaced. */
export function withCredentials(url: string, { username, password }: RedisCredentials): string {
  const socket = socketOf(url);
  if (socket === undefined) {
    const parsed = parse(url);
    parsed.username = encodeURIComponent(username ?? '');
    parsed.password = encodeURIComponent(password ?? '');
    return parsed.href;
  }
  const { path, parameters } = socket;
  for (const [name, value] of Object.entries({ username, password })) {
    if (value) parameters.set(name, value);
    else parameters.delete(name);
  }
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}

function socketOf(url: string): { readonly path: string; readonly parameters: URLSearchParams } | undefined {
  const address = url.startsWith('unix://') ? url.slice('unix://'.length) : url;
  if (!address.startsWith('/')) return undefined;
  const [path = '', query] = address.split('?');
  return { path, parameters: new URLSearchParams(query) };
}

function parse(url: string): URL {
  if (URL.canParse(url)) return new URL(url);
  // It is not quoted: a password may stand in it.
  throw new StoreError('store_unavailable', 'the Redis URL cannot be read', {
    next: 'Write redis://host:port, rediss://host:port or the path of a Unix socket.',
  });
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
