import { describe, expect, it } from 'vitest';
import { measureSkew } from './clock-skew.js';

describe('clock skew', () => {
  it('measures once for many questions, again after a while, and at once when the clock is set back', async () => {
    let localMs = 1_000_000;
    let remoteMs = localMs;
    let asked = 0;
    const skew = measureSkew(
      async () => {
        asked += 1;
        return Promise.resolve(remoteMs);
      },
      () => localMs,
    );
    expect(await Promise.all([skew.currentMs(), skew.currentMs(), skew.currentMs()])).toEqual([0, 0, 0]);
    expect(asked).toBe(1);
    localMs += 5_000;
    expect(await skew.currentMs()).toBe(5_000);
    localMs -= 60_000;
    expect(await skew.currentMs()).toBe(remoteMs - localMs);
    remoteMs = localMs;
    localMs += 5_001;
    expect(await skew.currentMs()).toBe(5_001);
    expect(asked).toBe(4);
  });

  it('a slow answer is no skew', async () => {
    let localMs = 0;
    const skew = measureSkew(
      async () => {
        localMs += 3_000;
        return Promise.resolve(1_500);
      },
      () => localMs,
    );
    expect(await skew.currentMs()).toBe(0);
  });
});
