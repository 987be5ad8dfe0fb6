import { expect, it } from 'vitest';
import { releaseUnderLimits } from '../chaos/limited-releases.js';
import { commandsOf } from '../support/command.js';
import type { TemporarySystem } from '../support/temporary-system.js';

/** What `marketops limits` says while they wait. */
interface Said {
  readonly windows: readonly { readonly window: string; readonly used: number; readonly left: number }[];
  readonly operations: {
    readonly under_way: number;
    readonly max: number;
    readonly waiting: readonly { readonly tenant: string; readonly operations: number }[];
  };
}

async function seeThemWait({ system, client }: TemporarySystem): Promise<void> {
  const marketops = commandsOf(system);
  let said: Said | undefined;
  await client.until('operations that wait', async () => {
    const answer = await marketops('limits');
    [said] = answer.said['accounts'] as readonly [Said];
    return said.operations.waiting.some(({ operations }) => operations > 0);
  });
  expect(said?.operations.under_way).toBeLessThanOrEqual(said?.operations.max ?? 0);
  for (const { used, left } of said?.windows ?? []) expect(used + left).toBeGreaterThanOrEqual(80);
}

/**
 * A tenth of GitHub's time, so that writes are a tenth of a second apart. Receipts live five seconds: many run out while their
 * operations wait. A whole hour's worth in real time is `npm run chaos -- --only limits`.
 */
it('P5, X2: given a plan of 150 releases and GitHub’s limits, then none is hit, and every release ships once', async () => {
  const options = { count: 150, timeScale: 0.1, receiptTtlMs: 5_000, limitMs: 90_000 };
  const shipped = await releaseUnderLimits({ ...options, meanwhile: seeThemWait });
  expect(shipped.result.violations).toEqual([]);
  expect(shipped.renewals).toBeGreaterThan(0);
  expect(shipped.publisher.creates_per_hour).toMatchObject({ total: 150 });
  // Whoever keeps limits ahead of the fact is never told to wait.
  expect(shipped.throttledAtGitHub).toBe(0);
}, 120_000);
