import { LocalError, reasonOf } from '../local-error.js';
import { defaultCacheDir } from './cache-dir.js';
import { findInDebian } from './debian-source.js';
import { provideJavaScriptRedis } from './javascript-source.js';
import { keepRedis, type Patience, type RedisChange } from './kept-redis.js';
import { findOnPath } from './path-source.js';
import {
  type Durability,
  type PrivateRedisOptions,
  type ServerUsers,
  startPrivateRedis,
} from './private-redis.js';
import { type Log, type ProvidedRedis, REDIS_SOURCES, type RedisSource } from './provided-redis.js';
import { isOlder } from './readiness.js';
import type { RedisServer } from './redis-server.js';
import { useRedisUrl } from './url-source.js';

export interface ProvideRedisOptions {
  /** Where a private Redis keeps its data; not used for the other sources. */
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Accept the JavaScript Redis, which forgets. What stands behind REDIS_URL is the operator's choice and not judged. */
  readonly allowNonDurable: boolean;
  readonly log?: Log;
  readonly sources?: readonly RedisSource[];
  /** Of a private server that can have users; the JavaScript Redis cannot, and REDIS_URL has those it has. */
  readonly users?: ServerUsers;
  /** Of a private server. The default loses at most a second in a crash. */
  readonly durability?: Durability;
  /**
   * Where it is given, a private server that ends by itself is started again over its data, and this is told of it. The
   * JavaScript Redis has no data to start again with: it is only told of, and `lost`.
   */
  readonly keepAlive?: (change: RedisChange) => void;
  /** How long to go on with a private server that keeps ending. Default: five waits of 0.2 s and longer, six seconds in all. */
  readonly patience?: Patience;
}

type Settled = ProvideRedisOptions & { readonly env: NodeJS.ProcessEnv; readonly log: Log };

/**
 * A Redis without Docker and without root, from the first source that has one: REDIS_URL, a server on PATH, the
 * distribution's package, a Redis in JavaScript.
 *
 * A source that has nothing is passed over and its reason kept. A Redis that is there and fails (REDIS_URL that does
 * not answer, data in use, a damaged append-only file) ends the search: the next source would start without the data.
 */
export async function provideRedis(options: ProvideRedisOptions): Promise<ProvidedRedis> {
  const settled: Settled = { env: process.env, log: () => {}, ...options };
  const wanted = REDIS_SOURCES.filter((source) => options.sources?.includes(source) ?? true);
  const failures: Failure[] = [];
  for (const source of wanted) {
    try {
      return await provideFrom[source](settled);
    } catch (error) {
      if (!passesOn(source, error)) throw error;
      failures.push({ source, error });
    }
  }
  throw noRedis(failures);
}

const provideFrom: Record<RedisSource, (options: Settled) => Promise<ProvidedRedis>> = {
  url: ({ env }) => useRedisUrl(env),
  path: async (options) => runServer(await findOnPath(options.env), options),
  debian: async (options) => runServer(await findInDebian(options), options),
  javascript: provideJavaScriptRedis,
};

/**
 * The server program alone, from PATH or the distribution's package: for tests that crash it and start it again.
 */
export async function findRedisServer(
  options: { readonly env?: NodeJS.ProcessEnv; readonly cacheDir?: string; readonly log?: Log } = {},
): Promise<RedisServer> {
  const { env = process.env, log = () => {} } = options;
  try {
    return await findOnPath(env);
  } catch (onPath) {
    return findInDebian({ cacheDir: options.cacheDir ?? defaultCacheDir(env), log }).catch((inDebian) => {
      throw noRedis([
        { source: 'path', error: onPath },
        { source: 'debian', error: inDebian },
      ]);
    });
  }
}

/** From here on an ACL can say which command may do what with which key. */
const USERS_VERSION_MIN = '7.0.0';

async function runServer(server: RedisServer, options: Settled): Promise<ProvidedRedis> {
  const { dataDir, durability = 'everysec', keepAlive, patience } = options;
  const users = isOlder(server.version, USERS_VERSION_MIN) ? undefined : options.users;
  const settings: PrivateRedisOptions = { dataDir, durability, ...(users ? { users } : {}) };
  const redis =
    keepAlive === undefined
      ? await startPrivateRedis(server, settings)
      : await keepRedis(server, settings, {
          onChange: keepAlive,
          ...(patience === undefined ? {} : { patience }),
        });
  const durable = durability !== 'none';
  const where = server.source === 'path' ? server.command : "the distribution's package";
  const kept = durable ? `its data is in ${redis.dataDir}` : 'without durability';
  const { url, socket, stop } = redis;
  return {
    url,
    ...(users ? { urlForUsers: socket } : {}),
    source: server.source,
    durable,
    get pid() {
      return redis.pid;
    },
    ...('lost' in redis ? { lost: redis.lost } : {}),
    describe: `A private Redis ${server.version} from ${where}; ${kept}.`,
    stop,
  };
}

interface Failure {
  readonly source: RedisSource;
  readonly error: unknown;
}

/** True when the source has no Redis to offer; false when it has one that fails, or for a fault of our own. */
function passesOn(source: RedisSource, error: unknown): boolean {
  if (!(error instanceof LocalError)) return false;
  if (source === 'url') return error.code === 'redis_source_missing';
  if (source === 'javascript') return true;
  return error.code !== 'redis_start_failed' && error.code !== 'redis_data_in_use';
}

function noRedis(failures: readonly Failure[]): LocalError {
  const last = failures.at(-1)?.error;
  const refused = last instanceof LocalError && last.code === 'redis_not_durable';
  const reasons = failures.map(({ source, error }) => `${source}: ${reasonOf(error)}`).join('\n  ');
  return new LocalError(refused ? 'redis_not_durable' : 'redis_unavailable', `No Redis:\n  ${reasons}`, {
    next: 'Set REDIS_URL, or install redis-server or valkey-server.',
    cause: new AggregateError(failures.map(({ error }) => error)),
  });
}
