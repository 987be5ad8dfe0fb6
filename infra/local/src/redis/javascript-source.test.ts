import { once } from 'node:events';
import { Queue, Worker } from 'bullmq';
import { describe, expect, onTestFinished, test } from 'vitest';
import { provideRedis } from './provide-redis.js';
import { withRedis } from './readiness.js';
import { NOTHING_ON_PATH, refusal, scratch } from './testing.js';

async function provide(allowNonDurable: boolean) {
  const dataDir = await scratch();
  const options = { dataDir, cacheDir: dataDir, env: NOTHING_ON_PATH, allowNonDurable };
  return provideRedis({ ...options, sources: ['javascript'] });
}

describe('the Redis in JavaScript', () => {
  test('given it is allowed, then a BullMQ job runs through it from queue to result', async () => {
    const redis = await provide(true);
    onTestFinished(() => redis.stop());
    expect(redis).toMatchObject({ source: 'javascript', durable: false });

    const queue = new Queue('plans', { connection: { url: redis.url } });
    const worker = new Worker<number>('plans', async (job) => job.data * 2, {
      connection: { url: redis.url, maxRetriesPerRequest: null },
    });
    const completed = once(worker, 'completed');
    await queue.add('double', 21);
    const [, result] = await completed;
    await worker.close();
    await queue.close();

    expect(result).toBe(42);
  });

  test('given it is running, then it listens on loopback, and ends when it is stopped', async () => {
    const redis = await provide(true);
    expect(new URL(redis.url).hostname).toBe('127.0.0.1');
    expect(await withRedis(redis.url, 5_000, (client) => client.ping())).toBe('PONG');

    await redis.stop();
    await redis.stop();

    expect(() => process.kill(redis.pid as number, 0)).toThrow();
  });

  test('given durability is required, then it is refused and says what to do', async () => {
    expect(await refusal(provide(false))).toMatchObject({
      code: 'redis_not_durable',
      next: expect.stringContaining('REDIS_URL'),
    });
  });
});
