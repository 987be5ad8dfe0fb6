import { accountBudgets, type Engine } from '@marketops/engine';
import { publisherTiming } from '../timing.js';
import { type Limits, openLimits } from './limits.js';

/** The limits that marketops.yml wants kept, until the process stops. */
export function openLimitsFromConfig(engine: Engine): Limits {
  const { clock, log, loaded } = engine;
  const { config, apiUrl, redisUrl } = loaded;
  const { leaseMs, requestTimeoutMs } = publisherTiming(config.timing);
  const budgets = accountBudgets(config.accounts, apiUrl, requestTimeoutMs);
  const opened = openLimits({ redisUrl, budgets, clock, log, leaseMs, requestTimeoutMs });
  engine.onStop(() => opened.close());
  return opened;
}
