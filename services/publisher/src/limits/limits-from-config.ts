import { accountBudgets, type Engine, telemetryOff } from '@marketops/engine';
import { publisherTiming } from '../timing.js';
import { type Limits, openLimits } from './limits.js';
import { measureLimits } from './measure-limits.js';

/** The limits that marketops.yml wants kept, until the process stops. */
export function openLimitsFromConfig(engine: Engine): Limits {
  const { clock, log, loaded } = engine;
  const { config, apiUrl, redisUrl } = loaded;
  const { leaseMs, requestTimeoutMs } = publisherTiming(config.timing);
  const budgets = accountBudgets(config.accounts, apiUrl, requestTimeoutMs);
  const { metrics } = engine.telemetry ?? telemetryOff;
  const onPause = (account: string): void => metrics.count('marketops_github_pauses_total', { account });
  const opened = openLimits({ redisUrl, budgets, clock, log, leaseMs, requestTimeoutMs, onPause });
  // From the start on, so that a first pause is an increase.
  for (const account of budgets.keys())
    metrics.count('marketops_github_pauses_total', { account: account.toLowerCase() }, 0);
  measureLimits(metrics, opened, clock);
  engine.onStop(() => opened.close());
  return opened;
}
