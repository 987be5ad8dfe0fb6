import { type AccountBudget, readLimitStatus } from '@marketops/engine';
import type { Connection } from '../ports/redis-script.js';

/** So much of every window is the operations’ alone. */
const reservedShare = 0.5;

/** Whether an account has nothing to spare for looking around: it is asked to pause, operations wait, or half of its budget is spent. */
export async function isShort(redis: Connection, account: string, budget: AccountBudget): Promise<boolean> {
  const { windows, reported, pausedUntilMs, waiting } = await readLimitStatus(redis, account, budget);
  if (pausedUntilMs !== null || waiting.length > 0) return true;
  if (reported !== null && reported.remaining < reported.limit * reservedShare) return true;
  const reads = windows.filter(
    ({ window }) => window === 'primary_per_hour' || window === 'points_per_minute',
  );
  return reads.some(({ left, max }) => left < max * reservedShare);
}
