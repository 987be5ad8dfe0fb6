import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalError } from '../local-error.js';
import { defaultCacheDir } from './cache-dir.js';
import { claimDatabase } from './claimed-database.js';
import { provideRedis } from './provide-redis.js';
import { type Log, type ProvidedRedis, REDIS_SOURCES, type RedisSource } from './provided-redis.js';
import { useRedisUrl } from './url-source.js';

export interface TestRedisOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cacheDir?: string;
  /** Keep an append-only file. Off by default, for tests are about behaviour and the folder is thrown away. */
  readonly durable?: boolean;
  readonly log?: Log;
}

/**
 * A real Redis for one test file, empty, and shared with nobody. `stop()` it in `afterAll`.
 *
 * With REDIS_URL set, one database of that server (1 to 15) is claimed and flushed at the end: then keys are private,
 * but `FLUSHALL`, `CONFIG SET` and pub/sub channels are not, and a test that needs those starts a server of its own
 * with `startPrivateRedis`. Otherwise a private server, in memory, from PATH, the Debian package or JavaScript.
 * `MARKETOPS_TEST_REDIS` (one of the sources) narrows the choice. testcontainers is not among them: it is not installed,
 * for it needs a container engine, and a private server starts faster than a container.
 */
export async function testRedis(options: TestRedisOptions = {}): Promise<ProvidedRedis> {
  const env = options.env ?? process.env;
  const sources = wantedSources(env);
  if (sources.includes('url') && env['REDIS_URL']?.trim()) return claimedRedis(env);
  const dataDir = await mkdtemp(join(tmpdir(), 'marketops-test-'));
  const forget = () => rm(dataDir, { recursive: true, force: true });
  try {
    const redis = await provideRedis({
      dataDir,
      cacheDir: options.cacheDir ?? defaultCacheDir(env),
      env,
      allowNonDurable: true,
      sources,
      durability: options.durable ? 'everysec' : 'none',
      ...(options.log ? { log: options.log } : {}),
    });
    return { ...redis, stop: () => redis.stop().finally(forget) };
  } catch (error) {
    await forget();
    throw error;
  }
}

async function claimedRedis(env: NodeJS.ProcessEnv): Promise<ProvidedRedis> {
  const redis = await useRedisUrl(env);
  const claimed = await claimDatabase(redis.url);
  const describe = `Database ${claimed.database} of: ${redis.describe}`;
  let released: Promise<void> | undefined;
  const stop = () => {
    released ??= claimed.release();
    return released;
  };
  return { ...redis, url: claimed.url, describe, stop };
}

function wantedSources(env: NodeJS.ProcessEnv): readonly RedisSource[] {
  const wanted = env['MARKETOPS_TEST_REDIS'];
  if (!wanted) return REDIS_SOURCES;
  const source = REDIS_SOURCES.find((name) => name === wanted);
  if (source) return [source];
  throw new LocalError('redis_source_missing', `MARKETOPS_TEST_REDIS is "${wanted}".`, {
    next: `Unset it, or set it to one of ${REDIS_SOURCES.join(', ')}.`,
  });
}
