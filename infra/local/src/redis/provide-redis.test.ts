import { describe, expect, onTestFinished, test } from 'vitest';
import { LocalError } from '../local-error.js';
import { defaultCacheDir } from './cache-dir.js';
import { provideRedis } from './provide-redis.js';
import { withRedis } from './readiness.js';
import { NOTHING_ON_PATH, refusal, scratch, serverHere } from './testing.js';

const { server, unless } = await serverHere();

/** An address that nobody listens on: port 1 needs root, and no such service exists. */
const NOBODY = 'redis://ops:s3cret@127.0.0.1:1/0?password=s3cret';

async function provide(env: NodeJS.ProcessEnv, more: Partial<Parameters<typeof provideRedis>[0]> = {}) {
  const dataDir = await scratch();
  return provideRedis({ dataDir, cacheDir: dataDir, env, allowNonDurable: true, ...more });
}

async function realServer() {
  const dataDir = await scratch();
  return {
    dataDir,
    cacheDir: defaultCacheDir(),
    allowNonDurable: false,
    sources: ['path', 'debian'],
  } as const;
}

describe('where a Redis comes from', () => {
  test('given REDIS_URL, then that Redis is used, and stop leaves it running', async () => {
    const other = await provide(NOTHING_ON_PATH, { sources: ['javascript'] });
    onTestFinished(() => other.stop());

    const redis = await provide({ REDIS_URL: other.url });
    await redis.stop();

    expect(redis).toMatchObject({ source: 'url', url: other.url, durable: false });
    expect(redis.pid).toBeUndefined();
    expect(await withRedis(other.url, 5_000, (client) => client.ping())).toBe('PONG');
  });

  test.skipIf(!server)(
    `given REDIS_URL with an append-only file behind it, then it is durable${unless}`,
    async () => {
      const own = await provideRedis(await realServer());
      onTestFinished(() => own.stop());

      expect(await provide({ REDIS_URL: own.url })).toMatchObject({ source: 'url', durable: true });
    },
  );

  test('given REDIS_URL that does not answer, then no other source is tried and no password is shown', async () => {
    const error = await refusal(provide({ REDIS_URL: NOBODY }));

    expect(error).toMatchObject({ code: 'redis_url_unreachable', retry: 'transient' });
    expect(String(error)).toContain('127.0.0.1:1');
    expect(`${error} ${(error as LocalError).next}`).not.toContain('s3cret');
  });

  test.each(['localhost:6379', 'http://localhost:6379', 'unix:///run/redis.sock'])(
    'given %j as REDIS_URL, then it is refused as no Redis URL',
    async (REDIS_URL) => {
      expect(await refusal(provide({ REDIS_URL }))).toMatchObject({ code: 'redis_url_invalid' });
    },
  );

  test('given no source has one, then the error holds the reason of each', async () => {
    const error = await refusal(
      provide(NOTHING_ON_PATH, { sources: ['url', 'path', 'javascript'], allowNonDurable: false }),
    );

    expect(error).toBeInstanceOf(LocalError);
    expect(error).toMatchObject({ code: 'redis_not_durable' });
    for (const reason of [
      'url: REDIS_URL is not set',
      'path: Neither',
      'javascript: The JavaScript Redis loses',
    ]) {
      expect(String(error)).toContain(reason);
    }
    expect((error as LocalError).cause).toBeInstanceOf(AggregateError);
  });

  test.skipIf(!server)(`given data in use, then no source without the data steps in${unless}`, async () => {
    const options = await realServer();
    const first = await provideRedis(options);
    onTestFinished(() => first.stop());

    const second = provideRedis({
      ...options,
      allowNonDurable: true,
      sources: ['path', 'debian', 'javascript'],
    });

    expect(await refusal(second)).toMatchObject({ code: 'redis_data_in_use' });
  });
});
