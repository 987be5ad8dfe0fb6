import { describe, expect, it } from 'vitest';
import { createWriteBudget } from './write-budget.js';

describe('the write budget', () => {
  it('lets eighty writes a minute and five hundred an hour go, per account', () => {
    let now = 0;
    const budget = createWriteBudget(() => now);
    for (let at = 0; at < 80; at += 1) budget.spend('acme');
    now = 10_000;
    expect(() => budget.spend('acme')).toThrow(
      expect.objectContaining({ code: 'rate_limited', retryAfterMs: 50_000 }),
    );
    budget.spend('globex');
    for (let minute = 1; minute <= 5; minute += 1) {
      now = minute * 60_000;
      for (let at = 0; at < 80; at += 1) budget.spend('acme');
    }
    now = 6 * 60_000;
    for (let at = 0; at < 20; at += 1) budget.spend('acme');
    expect(() => budget.spend('acme')).toThrow(expect.objectContaining({ retryAfterMs: 54 * 60_000 }));
    now = 60 * 60_000;
    budget.spend('acme');
  });
});
