import { describe, expect, it } from 'vitest';
import { bytes, duration, plural, shellQuoted, shortTime, thousands } from './plain.js';

describe('plain words', () => {
  it('say lengths of time, and never a second 60', () => {
    expect([5, 1_250, 75_000, 119_700, 3_723_000].map(duration)).toEqual([
      '5 ms',
      '1.25 s',
      '1 min 15 s',
      '1 min 59 s',
      '1 h 2 min',
    ]);
  });

  it('say amounts and times', () => {
    expect([0, 1_023, 1_536, 200 * 1_048_576].map(bytes)).toEqual(['0 B', '1023 B', '1.5 KiB', '200 MiB']);
    expect([plural(1, 'run'), plural(2, 'run'), thousands(1_234_567)]).toEqual([
      '1 run',
      '2 runs',
      '1,234,567',
    ]);
    expect(shortTime('2026-01-31T11:20:03.123Z', '2026-01-31T00:00:00Z')).toBe('11:20:03Z');
    expect(shortTime('2026-01-31T11:20:03.123Z', '2026-02-01T00:00:00Z')).toBe('2026-01-31 11:20:03Z');
  });

  it('are one word of a shell, whatever is in them', () => {
    expect(shellQuoted('run_1/tag')).toBe('run_1/tag');
    expect(shellQuoted("it's; rm -rf /")).toBe(`'it'\\''s; rm -rf /'`);
  });
});
