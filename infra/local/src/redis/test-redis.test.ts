import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ProvidedRedis } from './provided-redis.js';
import { withRedis } from './readiness.js';
import { testRedis } from './test-redis.js';
import { refusal } from './testing.js';

const LIMIT_MS = 5_000;

describe('a Redis for a test file', () => {
  test('given no REDIS_URL, then each call gets a server of its own, empty', async () => {
    const env = { ...process.env, REDIS_URL: '' };
    const [one, other] = await Promise.all([testRedis({ env }), testRedis({ env })]);
    onTestFinished(() => one.stop());
    onTestFinished(() => other.stop());

    await withRedis(one.url, LIMIT_MS, (redis) => redis.set('mine', '1'));

    expect(one.url).not.toBe(other.url);
    expect(await withRedis(other.url, LIMIT_MS, (redis) => redis.dbsize())).toBe(0);
  });

  test('given MARKETOPS_TEST_REDIS names a source, then only that is used; an unknown name is refused', async () => {
    const redis = await testRedis({ env: { MARKETOPS_TEST_REDIS: 'javascript' } });
    onTestFinished(() => redis.stop());

    expect(redis.source).toBe('javascript');
    expect(await refusal(testRedis({ env: { MARKETOPS_TEST_REDIS: 'docker' } }))).toMatchObject({
      code: 'redis_source_missing',
    });
  });
});

describe('given REDIS_URL', () => {
  let shared: ProvidedRedis;
  let admin: Redis;
  const claim = () => testRedis({ env: { REDIS_URL: shared.url } });
  const inDatabase = async <T>(db: number, use: (redis: Redis) => Promise<T>): Promise<T> => {
    await admin.select(db);
    return use(admin);
  };

  beforeAll(async () => {
    shared = await testRedis({ env: { ...process.env, REDIS_URL: '' } });
    admin = new Redis(shared.url);
  });
  afterAll(async () => {
    admin.disconnect();
    await shared.stop();
  });

  test('when five files claim at once, then each has a database of its own, none is 0, and all are given back', async () => {
    const claimed = await Promise.all(Array.from({ length: 5 }, claim));
    expect(new Set(claimed.map(({ url }) => url)).size).toBe(5);
    await Promise.all(claimed.map(({ url }) => withRedis(url, LIMIT_MS, (redis) => redis.set('mine', url))));
    for (const { url } of claimed) {
      expect(await withRedis(url, LIMIT_MS, (redis) => redis.get('mine'))).toBe(url);
    }

    await Promise.all(claimed.map((redis) => redis.stop()));
    await Promise.all(claimed.map((redis) => redis.stop()));

    expect(await admin.info('keyspace')).not.toMatch(/db\d/);
  });

  test('when a database holds data of others, then it is passed over and untouched', async () => {
    await inDatabase(1, (redis) => redis.set('theirs', 'precious'));

    const redis = await claim();
    await redis.stop();

    expect(redis.describe).toMatch(/^Database 2 /);
    expect(await inDatabase(1, (one) => one.get('theirs'))).toBe('precious');
    await inDatabase(1, (one) => one.flushdb());
  });

  test('when a test crashed and its claim has expired, then its database is emptied and used again', async () => {
    const crashed = await claim();
    await withRedis(crashed.url, LIMIT_MS, (redis) => redis.set('left', 'behind'));
    await inDatabase(0, (redis) => redis.del('marketops:test:database:1'));

    const next = await claim();

    expect(next.url).toBe(crashed.url);
    expect(await withRedis(next.url, LIMIT_MS, (redis) => redis.exists('left'))).toBe(0);
    // The crashed one wakes up late: the database is no longer its own.
    await withRedis(next.url, LIMIT_MS, (redis) => redis.set('new', 'life'));
    await crashed.stop();
    expect(await withRedis(next.url, LIMIT_MS, (redis) => redis.get('new'))).toBe('life');
    await next.stop();
  });

  test('when all fifteen are taken, then it is refused', async () => {
    const all = [];
    for (let i = 0; i < 15; i++) all.push(await claim());

    expect(await refusal(claim())).toMatchObject({ code: 'redis_test_database_taken' });

    for (const redis of all) await redis.stop();
  });
});
