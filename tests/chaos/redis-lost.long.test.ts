import { describe, expect, it } from 'vitest';
import { loseRedis } from './redis-lost/lose-redis.js';
import type { Loss } from './redis-lost/losses.js';

/** The short version of `npm run chaos -- --only redis-lost`. */
describe('a Redis that comes back with less than it had', () => {
  it.each<Loss>(['everything', 'last-second', 'old-backup'])(
    'L2, R1, R3, X2: %s: every run completed, one release each, no receipt lives again, the chain verifies',
    async (loss) => {
      const { result } = await loseRedis(loss, 60, 120_000);
      expect(result.violations).toEqual([]);
    },
    240_000,
  );
});
