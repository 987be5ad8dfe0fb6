import { z } from 'zod';

const Count = z.int().min(0);

const BudgetShape = z.object({ limit: Count, remaining: Count, reset: Count, used: Count });

/** What is left of one primary limit. */
export interface RateLimitBudget {
  /** `core` for everything this client asks. Null where GitHub does not say. */
  readonly resource: string | null;
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** When `used` starts again from 0: milliseconds since 1970, by GitHub's clock. */
  readonly resetAtMs: number;
}

export const RateLimitShape = z
  .object({ resources: z.object({ core: BudgetShape }) })
  .transform(({ resources: { core } }): RateLimitBudget => {
    const { reset, ...rest } = core;
    return { resource: 'core', ...rest, resetAtMs: reset * 1_000 };
  });
