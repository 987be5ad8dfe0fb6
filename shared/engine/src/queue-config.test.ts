import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, defaultTuning, stalledCountMax } from './queue-config.js';

describe('retries', () => {
  it('given the defaults, then there are four attempts after 2, 4 and 8 seconds, less jitter', () => {
    expect(defaultTuning.attempts).toBe(4);
    const waits = [1, 2, 3].map((attempt) => backoffMs(defaultTuning, attempt, () => 1));
    expect(waits).toEqual([2_000, 4_000, 8_000]);
  });

  it('given a job that silences every worker, then it does so ten times, not a hundred', () => {
    expect(stalledCountMax).toBe(10);
  });

  it('given any attempt and any luck, then the wait is between half of its step and all of it', () => {
    const luck = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), luck, (attempt, random) => {
        const full = 2_000 * 2 ** (attempt - 1);
        const wait = backoffMs(defaultTuning, attempt, () => random);
        expect(wait).toBeGreaterThanOrEqual(full / 2);
        expect(wait).toBeLessThanOrEqual(full);
      }),
    );
  });
});
