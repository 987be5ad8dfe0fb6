import { LocalError, reasonOf } from '../local-error.js';
import type { ProvidedRedis } from './provided-redis.js';
import { isOlder, REDIS_VERSION_MIN, waitUntilReady } from './readiness.js';

const CONNECT_LIMIT_MS = 5_000;

/**
 * The Redis of `REDIS_URL`. When it is set and does not answer, that is an error: going on to another source would
 * quietly work on other data than the operator meant. `stop()` does nothing, for nothing was started.
 */
export async function useRedisUrl(env: NodeJS.ProcessEnv): Promise<ProvidedRedis> {
  const url = env['REDIS_URL']?.trim();
  if (!url) {
    throw new LocalError('redis_source_missing', 'REDIS_URL is not set.', { next: 'Set REDIS_URL.' });
  }
  const shown = withoutSecrets(url);
  const facts = await waitUntilReady(url, CONNECT_LIMIT_MS).catch((error: unknown) => {
    throw new LocalError('redis_url_unreachable', `${shown} does not answer: ${reasonOf(error)}`, {
      next: 'Start that Redis, correct REDIS_URL, or unset it to get a private Redis.',
      retry: 'transient',
      cause: error,
    });
  });
  if (isOlder(facts.version, REDIS_VERSION_MIN)) {
    throw new LocalError(
      'redis_too_old',
      `${shown} is version ${facts.version}; ${REDIS_VERSION_MIN} is needed.`,
      {
        next: 'Point REDIS_URL at a newer Redis or Valkey, or unset it.',
      },
    );
  }
  const { durable, version } = facts;
  const describe = `Redis ${version} at ${shown}, ${durable ? 'with' : 'without'} an append-only file.`;
  return { url, source: 'url', durable, describe, stop: async () => {} };
}

/** The URL for a log: host, port and database. Credentials may be in the userinfo as well as in the query. */
export function withoutSecrets(url: string): string {
  if (url.startsWith('/')) return url.split('?')[0] ?? url;
  const parsed = parse(url);
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}

/** ioredis takes anything for a host name, so what is not a Redis URL is refused here, without showing it. */
function parse(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'redis:' || parsed?.protocol === 'rediss:') return parsed;
  throw new LocalError(
    'redis_url_invalid',
    'REDIS_URL is not a redis:// or rediss:// URL or a socket path.',
    {
      next: 'Write it as redis://user:password@host:port/database, rediss://… or /path/to/redis.sock.',
    },
  );
}

/** The same server, another database. */
export function withDatabase(url: string, database: number): string {
  if (url.startsWith('/')) {
    const [path, query] = url.split('?');
    const parameters = new URLSearchParams(query);
    parameters.set('db', String(database));
    return `${path}?${parameters}`;
  }
  const parsed = parse(url);
  parsed.pathname = `/${database}`;
  return parsed.href;
}
