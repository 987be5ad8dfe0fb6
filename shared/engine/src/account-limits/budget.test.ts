import { describe, expect, it } from 'vitest';
import { MarketOpsConfig } from '../config/schema.js';
import { AccountLimits, accountBudget } from './budget.js';

const github = 'https://api.github.com';
const numbers = {
  ...{ primaryPerHour: 5_000, pointsPerMinute: 900, writesPerMinute: 80, writesPerHour: 500 },
  concurrentRequests: 100,
};

describe('the budget of an account', () => {
  it.each([[github], ['https://github.example/api/v3'], ['https://api.acme.ghe.com']])(
    'is GitHub’s at %s, a little wider in time than there',
    (apiUrl) => {
      const budget = accountBudget(undefined, apiUrl, 10_000);
      expect(budget).toMatchObject({ ...numbers, executions: 8 });
      expect(budget?.writeSpacingMs).toBeGreaterThan(1_000);
      expect(budget?.writeSpacingMs).toBeLessThanOrEqual(1_050);
      expect(budget?.minuteMs).toBeGreaterThan(60_000);
      expect(budget?.hourMs).toBeGreaterThan(3_600_000);
    },
  );

  it.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])(
    'is none at %s',
    (apiUrl) => {
      expect(accountBudget(undefined, apiUrl, 10_000)).toBeUndefined();
      expect(accountBudget('github', apiUrl, 10_000)).toMatchObject(numbers);
    },
  );

  it('is what marketops.yml says, where it says something', () => {
    const parsed = MarketOpsConfig.parse({
      ...{ version: 1, environment: 'test', issuer: 'test', log_origin: 'log.test', principals: {} },
      accounts: { a: { limits: 'none' }, b: { limits: { writes_per_hour: 50, time_scale: 0.5 } }, c: {} },
    });
    const of = (account: string) => accountBudget(parsed.accounts[account]?.limits, github, 10_000);
    expect(of('a')).toBeUndefined();
    expect(of('b')).toMatchObject({ ...numbers, writesPerHour: 50 });
    expect(of('b')?.minuteMs).toBeLessThan(31_000);
    expect(of('c')).toMatchObject(numbers);
  });

  it.each([
    ['a word it does not know', 'many'],
    ['a limit it does not know', { writes_per_day: 1 }],
    ['no writes at all', { writes_per_hour: 0 }],
    ['less than one write costs', { points_per_minute: 4 }],
    ['time that stands still', { time_scale: 0 }],
  ])('is refused with %s', (_what, limits) => {
    const config = { version: 1, environment: 't', issuer: 't', log_origin: 'l', principals: {} };
    expect(MarketOpsConfig.safeParse({ ...config, accounts: { a: { limits } } }).success).toBe(false);
  });

  it('lets no more operations begin than can all have their turn within a request’s wait', () => {
    expect(accountBudget('github', github, 3_000)?.executions).toBe(3);
    expect(accountBudget('github', github, 500)?.executions).toBe(1);
    expect(accountBudget(AccountLimits.parse({ executions: 3 }), github, 10_000)?.executions).toBe(3);
  });
});
