import { GitHubError } from '@marketops/github';

/** What an account may still write, kept ahead of the fact: GitHub punishes those who find its limits by hitting them. */
export interface WriteBudget {
  /** @throws GitHubError `rate_limited` with the time until the next write may go */
  spend(account: string): void;
}

interface Limit {
  readonly windowMs: number;
  readonly writesMax: number;
}

/** GitHub's secondary limits on requests that create content, per token. */
const githubLimits: readonly Limit[] = [
  { windowMs: 60_000, writesMax: 80 },
  { windowMs: 3_600_000, writesMax: 500 },
];

/**
 * Counts this process's writes per account in sliding windows. It sees only its own process; what others write with the
 * same token GitHub itself counts, and its answer pauses the queue for all.
 */
export function createWriteBudget(nowMs: () => number, limits: readonly Limit[] = githubLimits): WriteBudget {
  const longestMs = Math.max(...limits.map(({ windowMs }) => windowMs));
  const writes = new Map<string, number[]>();
  return {
    spend(account) {
      const now = nowMs();
      const recent = (writes.get(account) ?? []).filter((at) => now - at < longestMs);
      writes.set(account, recent);
      const waitMs = Math.max(0, ...limits.map((limit) => waitFor(limit, recent, now)));
      if (waitMs > 0) {
        throw new GitHubError('rate_limited', `The write budget of ${account} is spent for now.`, {
          retryAfterMs: waitMs,
        });
      }
      recent.push(now);
    },
  };
}

/** How long until the oldest of the last `writesMax` writes leaves the window. */
function waitFor({ windowMs, writesMax }: Limit, writes: readonly number[], now: number): number {
  const oldest = writes.at(-writesMax);
  return writes.length < writesMax || oldest === undefined ? 0 : Math.max(0, oldest + windowMs - now);
}
