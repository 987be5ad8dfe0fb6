import { describe, expect, it } from 'vitest';
import { readPin } from './pins.js';
import { afterNews, remainingMs, type VerificationState } from './use-verification.js';

const progress = { entries: 10, bytes: 250, bytesTotal: 1_000 };
const running: VerificationState = { is: 'running', sinceMs: 0, progress: undefined };

describe('a verification under way', () => {
  it('given progress, then it is shown; after it was cancelled it is not', () => {
    const news = { kind: 'progress', progress } as const;
    expect(afterNews(running, news)).toEqual({ ...running, progress });
    const cancelled: VerificationState = { is: 'cancelled', progress: undefined };
    expect(afterNews(cancelled, news)).toBe(cancelled);
  });

  it('given it could not be read, then that is no verdict', () => {
    const failed = { kind: 'failed', code: 'journal_unreachable', message: 'm', next: 'n' } as const;
    expect(afterNews(running, failed)).toEqual({
      ...{ is: 'failed', code: 'journal_unreachable', message: 'm', next: 'n' },
    });
  });

  it('given a rate, then what is left of it; before there is one, nothing', () => {
    expect(remainingMs(2_000, progress)).toBe(6_000);
    expect(remainingMs(200, progress)).toBeUndefined();
    expect(remainingMs(2_000, { ...progress, bytes: 1_000 })).toBeUndefined();
  });
});

describe('what this browser remembers', () => {
  it('given a pin, then it; given what is none, then nothing', () => {
    const pin = {
      ...{ log_origin: 'ledger.test/log', sequence: 3, hash: 'a'.repeat(64) },
      pinned_at: '2026-03-01T12:00:00.000Z',
    };
    expect(readPin(JSON.stringify(pin))).toEqual(pin);
    expect(readPin('{')).toBeUndefined();
    expect(readPin(JSON.stringify({ ...pin, hash: 'x' }))).toBeUndefined();
    expect(readPin(undefined)).toBeUndefined();
  });
});
