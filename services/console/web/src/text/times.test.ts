import { describe, expect, it } from 'vitest';
import { localTime, localTimeNear, relativeTime, utcTime } from './times.js';

const at = '2026-01-31T23:30:05.123Z';

describe('times', () => {
  it('are shown in the zone of whoever looks, over the end of the day too', () => {
    expect(localTime(at, 'Europe/Berlin')).toBe('2026-02-01 00:30:05');
    expect(localTime(at, 'UTC')).toBe('2026-01-31 23:30:05');
    expect(localTime('2026-07-01T12:00:00Z', 'America/New_York')).toBe('2026-07-01 08:00:00');
  });

  it('leave the date of today away, in that zone', () => {
    const now = Date.parse('2026-02-01T10:00:00Z');
    expect(localTimeNear(at, now, 'Europe/Berlin')).toBe('00:30:05');
    expect(localTimeNear(at, now, 'UTC')).toBe('2026-01-31 23:30:05');
  });

  it('say UTC beside it', () => {
    expect(utcTime(at)).toBe('2026-01-31 23:30:05 UTC');
  });

  it('say how long ago, and how long still', () => {
    const now = Date.parse('2026-01-31T12:00:00Z');
    const after = (ms: number) => new Date(now + ms).toISOString();
    expect(relativeTime(after(0), now)).toBe('now');
    expect(relativeTime(after(-5_000), now)).toBe('5 s ago');
    expect(relativeTime(after(240_000), now)).toBe('in 4 min');
    expect(relativeTime(after(-2 * 3_600_000), now)).toBe('2 h ago');
    expect(relativeTime(after(-3 * 86_400_000), now)).toBe('3 d ago');
  });

  it('show what is no time as it is', () => {
    expect(localTime('never')).toBe('never');
    expect(utcTime('never')).toBe('never');
    expect(relativeTime('never', 0)).toBe('');
  });
});
