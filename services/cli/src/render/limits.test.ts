import { accountBudget } from '@marketops/engine';
import type { AccountLimitsNow } from '@marketops/operator';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../output.js';
import { renderLimits } from './limits.js';

const nowMs = Date.parse('2026-01-31T12:00:00.000Z');
const busy: AccountLimitsNow = {
  account: 'acme',
  budget: accountBudget('github', 'https://api.github.com', 10_000),
  status: {
    windows: [
      {
        window: 'primary_per_hour',
        max: 5_000,
        used: 4_496,
        left: 504,
        moreAtMs: null,
        allAtMs: nowMs + 3_600_000,
      },
      {
        window: 'writes_per_hour',
        max: 500,
        used: 500,
        left: 0,
        moreAtMs: nowMs + 60_000,
        allAtMs: nowMs + 90_000,
      },
      { window: 'points_per_minute', max: 900, used: 0, left: 900, moreAtMs: null, allAtMs: null },
    ],
    nextWriteAtMs: nowMs + 60_000,
    pausedUntilMs: nowMs + 30_000,
    reported: { limit: 5_000, remaining: 400, resetsAtMs: nowMs + 1_000 },
    requestsUnderWay: 2,
    operationsUnderWay: 1,
    waiting: [{ tenant: 'globex\u001b[2J', operations: 1_480 }],
  },
};

function rendered(accounts: readonly AccountLimitsNow[]): string {
  let text = '';
  const stdout = { write: (part: string) => (text += part) };
  renderLimits(createOutput({ json: false, stdout, env: {} }), accounts);
  return text;
}

describe('marketops limits', () => {
  it('says what is left of each limit, when there is more, and who waits', () => {
    const text = rendered([busy]);
    expect(text).toMatch(/requests an hour +4,496 +5,000 +504 +all at 13:00:00Z/);
    expect(text).toMatch(/writes an hour +500 +500 +0 +more at 12:01:00Z/);
    expect(text).toMatch(/points a minute +0 +900 +900 +all of it/);
    expect(text).toContain('GitHub has asked for a pause until 12:00:30Z.');
    expect(text).toContain('The next write may go at 12:01:00Z.');
    expect(text).toContain('400 of 5,000 requests left until 12:00:01Z');
    expect(text).toContain('Under way: 1 operation of at most 8, 2 requests.');
    expect(text).toContain('1,480');
    expect(text).not.toContain('\u001b');
  });

  it('says where none are kept', () => {
    expect(rendered([{ account: 'fabrikam', budget: undefined, status: undefined }])).toBe(
      'fabrikam: no limits are kept\n',
    );
    expect(rendered([])).toContain('names no accounts');
  });
});
