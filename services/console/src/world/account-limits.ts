import { accountBudgets, readLimitStatus } from '@marketops/engine';
import type { AccountLimitsNow } from '@marketops/operator';
import type { World } from './world.js';

/** What each account of marketops.yml has left, as the publishers see it. */
export async function accountLimits(
  world: Pick<World, 'loaded' | 'audience' | 'redis'>,
): Promise<AccountLimitsNow[]> {
  const { config } = world.loaded();
  const { accounts, timing } = config;
  const budgets = accountBudgets(accounts, world.audience().api_origin, timing.request_timeout_ms);
  return Promise.all(
    Object.keys(accounts).map(async (account) => {
      const budget = budgets.get(account.toLowerCase());
      const status = budget === undefined ? undefined : await readLimitStatus(world.redis, account, budget);
      return { account, budget, status };
    }),
  );
}
