import { isLoopback } from '@marketops/contracts';
import { z } from 'zod';

const count = (most: number, normally: number) => z.int().min(1).max(most).default(normally);

/** The limits of one account in numbers; what is left out is as GitHub's. */
const CustomLimits = z.strictObject({
  primary_per_hour: count(1_000_000, 5_000).describe(
    'Requests within an hour; a conditional one that is answered 304 costs none.',
  ),
  points_per_minute: z
    .int()
    .min(5)
    .max(100_000)
    .default(900)
    .describe('Points within a minute: GET and HEAD cost 1, everything else 5.'),
  writes_per_minute: count(10_000, 80).describe('Writes within a minute.'),
  writes_per_hour: count(10_000, 500).describe('Writes within an hour.'),
  concurrent_requests: count(1_000, 100).describe('Requests under way at a time.'),
  write_spacing_ms: z.int().min(0).max(60_000).default(1_000).describe('The least time between two writes.'),
  executions: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe(
      'Operations of the account under way at a time, in all processes. Absent: as many as keep the writes going.',
    ),
  time_scale: z
    .number()
    .min(0.001)
    .max(1)
    .default(1)
    .describe('For tests: how long an hour, a minute, a second last. 0.001 makes an hour 3.6 seconds.'),
});

/** What `limits` of an account may say in marketops.yml. */
export const AccountLimits = z.union([z.enum(['github', 'none']), CustomLimits]);
export type AccountLimits = z.infer<typeof AccountLimits>;

/** What an account may do at its provider, and in which time. All times in milliseconds of this machine. */
export interface AccountBudget {
  readonly primaryPerHour: number;
  readonly pointsPerMinute: number;
  readonly writesPerMinute: number;
  readonly writesPerHour: number;
  readonly concurrentRequests: number;
  readonly executions: number;
  readonly hourMs: number;
  readonly minuteMs: number;
  readonly writeSpacingMs: number;
}

/**
 * What an account is held to; undefined where nothing is kept. Without a word in marketops.yml: GitHub's limits for every server but one on
 * this machine. (GitHub Enterprise Server has its own, which are off unless its operators turn them on: `limits: none`.)
 * @param waitMsMax how long a request may wait for its turn; decides how many operations can wait beside each other
 */
export function accountBudget(
  limits: AccountLimits | undefined,
  apiUrl: string,
  waitMsMax: number,
): AccountBudget | undefined {
  const wanted = limits ?? (isLoopback(new URL(apiUrl).hostname) ? 'none' : 'github');
  if (wanted === 'none') return undefined;
  const numbers = CustomLimits.parse(wanted === 'github' ? {} : wanted);
  const { time_scale: scale } = numbers;
  const writeSpacingMs = numbers.write_spacing_ms * scale;
  return {
    primaryPerHour: numbers.primary_per_hour,
    pointsPerMinute: numbers.points_per_minute,
    writesPerMinute: numbers.writes_per_minute,
    writesPerHour: numbers.writes_per_hour,
    concurrentRequests: numbers.concurrent_requests,
    executions: numbers.executions ?? inTurn(waitMsMax, writeSpacingMs),
    hourMs: withMargin(3_600_000 * scale),
    minuteMs: withMargin(60_000 * scale),
    writeSpacingMs: writeSpacingMs + Math.min(spacingMarginMsMax, (writeSpacingMs * 3) / 100),
  };
}

/** Of every account that is held to something, by its name in lower case. */
export const accountBudgets = (
  accounts: Readonly<Record<string, { readonly limits?: AccountLimits | undefined }>>,
  apiUrl: string,
  waitMsMax: number,
): ReadonlyMap<string, AccountBudget> =>
  new Map(
    Object.entries(accounts).flatMap(([account, { limits }]) => {
      const budget = accountBudget(limits, apiUrl, waitMsMax);
      return budget === undefined ? [] : [[account.toLowerCase(), budget] as const];
    }),
  );

const executionsMax = 8;
const spacingMarginMsMax = 30;
const windowMarginMsMax = 500;

/**
 * A request is counted where it arrives, which is later than where it was let go, by a time that is never twice the same.
 * So windows are kept a little longer than they are.
 */
const withMargin = (windowMs: number): number => windowMs + Math.min(windowMarginMsMax, windowMs / 100);

/** Enough that a write is always waiting for the next turn, and no more than can all have theirs within a request's wait. */
const inTurn = (waitMsMax: number, spacingMs: number): number =>
  Math.max(1, Math.min(executionsMax, Math.floor(waitMsMax / Math.max(1, spacingMs))));
