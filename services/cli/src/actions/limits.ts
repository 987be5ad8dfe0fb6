import { isoTime, loadConfig } from '@marketops/engine';
import { type AccountLimitsNow, readLimits } from '@marketops/operator';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { renderLimits } from '../render/limits.js';

export async function limits({ output, env, configPath }: Invocation): Promise<number> {
  const accounts = await readLimits(loadConfig(configPath, env), env);
  output.document({ accounts: accounts.map(asJson) });
  renderLimits(output, accounts);
  return exitCodes.held;
}

function asJson({ account, budget, status }: AccountLimitsNow) {
  if (budget === undefined || status === undefined) return { account, kept: false };
  const { windows, reported, pausedUntilMs, nextWriteAtMs, waiting } = status;
  return {
    account,
    kept: true,
    windows: windows.map(({ moreAtMs, allAtMs, ...window }) => ({
      ...window,
      more_at: timeOf(moreAtMs),
      all_at: timeOf(allAtMs),
    })),
    next_write_at: isoTime(nextWriteAtMs),
    paused_until: timeOf(pausedUntilMs),
    reported:
      reported === null
        ? null
        : { limit: reported.limit, remaining: reported.remaining, resets_at: isoTime(reported.resetsAtMs) },
    requests: { under_way: status.requestsUnderWay, max: budget.concurrentRequests },
    operations: { under_way: status.operationsUnderWay, max: budget.executions, waiting },
  };
}

const timeOf = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));
