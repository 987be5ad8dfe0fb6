import { randomUUID } from 'node:crypto';
import { LocalError } from '../local-error.js';
import { withRedis } from './readiness.js';
import { withDatabase, withoutSecrets } from './url-source.js';

/**
 * Tests on a Redis that is not ours (REDIS_URL). Each test file claims one of the databases 1 to 15 by a key in
 * database 0 and works there; nothing outside a claimed database is flushed.
 *
 *   free ──SET NX──▶ claimed ──release: flush, delete claim──▶ free
 *                       └── a crashed test: the claim expires; the mark in the database says it may be flushed
 *
 * A database that holds data without our mark is someone else's and is passed over.
 */
const DATABASE_MAX = 15;
const CLAIM_LIFE_S = 900;
const COMMAND_LIMIT_MS = 5_000;
const MARK = 'marketops:test:mark';
const claimKey = (database: number) => `marketops:test:database:${database}`;

export interface ClaimedDatabase {
  readonly url: string;
  readonly database: number;
  /** Flushes the database and gives it back. */
  release(): Promise<void>;
}

export async function claimDatabase(url: string): Promise<ClaimedDatabase> {
  const token = randomUUID();
  for (let database = 1; database <= DATABASE_MAX; database++) {
    const claim = {
      at0: withDatabase(url, 0),
      mine: withDatabase(url, database),
      key: claimKey(database),
      token,
    };
    if (await take(claim)) return held(claim, database);
  }
  throw new LocalError(
    'redis_test_database_taken',
    `${withoutSecrets(url)} has no free database from 1 to ${DATABASE_MAX} for a test.`,
    { next: 'Use a Redis without data of others (not a cluster), or unset REDIS_URL.', retry: 'transient' },
  );
}

interface Claim {
  readonly at0: string;
  readonly mine: string;
  readonly key: string;
  readonly token: string;
}

async function take({ at0, mine, key, token }: Claim): Promise<boolean> {
  const won = await withRedis(at0, COMMAND_LIMIT_MS, (redis) =>
    redis.set(key, token, 'EX', CLAIM_LIFE_S, 'NX'),
  );
  if (won !== 'OK') return false;
  const usable = await withRedis(mine, COMMAND_LIMIT_MS, async (redis) => {
    if ((await redis.dbsize()) > 0 && (await redis.exists(MARK)) === 0) return false;
    await redis.flushdb();
    await redis.set(MARK, token);
    return true;
  }).catch(() => false);
  if (!usable) await withRedis(at0, COMMAND_LIMIT_MS, (redis) => redis.del(key));
  return usable;
}

/** Renews the claim while the test runs. The timer keeps no process alive. */
function held(claim: Claim, database: number): ClaimedDatabase {
  const keeper = setInterval(
    () => {
      withRedis(claim.at0, COMMAND_LIMIT_MS, (redis) => redis.expire(claim.key, CLAIM_LIFE_S)).catch(
        () => {},
      );
    },
    (CLAIM_LIFE_S / 3) * 1_000,
  );
  keeper.unref();
  const release = async () => {
    clearInterval(keeper);
    if ((await currentToken(claim)) !== claim.token) return;
    await withRedis(claim.mine, COMMAND_LIMIT_MS, (mine) => mine.flushdb());
    await withRedis(claim.at0, COMMAND_LIMIT_MS, (at0) => at0.del(claim.key));
  };
  return { url: claim.mine, database, release };
}

function currentToken(claim: Claim): Promise<string | null> {
  return withRedis(claim.at0, COMMAND_LIMIT_MS, (redis) => redis.get(claim.key));
}
