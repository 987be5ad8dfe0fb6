import { expect, test } from 'vitest';
import { SampledPoints } from './sampled-points.js';

test('given more points than are kept, then those kept are evenly apart, to the last', () => {
  const sampled = new SampledPoints(8);
  for (let sequence = 0; sequence <= 1_000; sequence += 1) sampled.add({ sequence, hash: String(sequence) });
  const kept = sampled.points.map(({ sequence }) => sequence);
  expect(kept.length).toBeGreaterThan(3);
  expect(kept.length).toBeLessThanOrEqual(8);
  expect(new Set(kept.map((sequence, at) => sequence - (kept[at - 1] ?? 0))).size).toBe(1);
  expect(kept.at(-1)).toBeGreaterThan(800);
});
