import {
  type AccountBudget,
  accountBudgets,
  type LimitStatus,
  type LoadedConfig,
  readLimitStatus,
} from '@marketops/engine';
import { connectRedis } from '@marketops/store';
import { systemAudience } from './audience.js';
import { probeRedis, redisPlace } from './redis-place.js';

/** An account of marketops.yml; without a budget nothing is kept for it. */
export interface AccountLimitsNow {
  readonly account: string;
  readonly budget: AccountBudget | undefined;
  readonly status: LimitStatus | undefined;
}

/** @throws OperatorError `redis_unreachable` */
export async function readLimits(loaded: LoadedConfig, env: NodeJS.ProcessEnv): Promise<AccountLimitsNow[]> {
  const place = redisPlace(loaded, env);
  await probeRedis(place);
  const { config } = loaded;
  const apiUrl = systemAudience(loaded, env).api_origin;
  const budgets = accountBudgets(config.accounts, apiUrl, config.timing.request_timeout_ms);
  const redis = connectRedis(place.url);
  try {
    return await Promise.all(
      Object.keys(config.accounts).map(async (account) => {
        const budget = budgets.get(account.toLowerCase());
        const status = budget === undefined ? undefined : await readLimitStatus(redis, account, budget);
        return { account, budget, status };
      }),
    );
  } finally {
    redis.disconnect();
  }
}
