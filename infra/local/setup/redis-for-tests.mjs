import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, SetupError, say, timed } from './report.mjs';

/**
 * Each test file starts a Redis of its own. Here one is tried once: the first download happens before the tests and
 * not inside one, and where only the slow fallback is left, no test file searches for more again.
 */
export async function redisForTests() {
  if (process.env.REDIS_URL || process.env.MARKETOPS_TEST_REDIS) return {};
  const { testRedis } = await import(pathToFileURL(join(ROOT, 'infra/local/dist/index.js')).href);
  try {
    const redis = await timed('finding a Redis for the tests', () => testRedis());
    await redis.stop();
    say(redis.describe);
    return redis.source === 'javascript' ? { MARKETOPS_TEST_REDIS: 'javascript' } : {};
  } catch (error) {
    throw new SetupError(error.message, error.next ?? 'Set REDIS_URL.');
  }
}
