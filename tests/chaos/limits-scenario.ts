import { releaseUnderLimits } from './limited-releases.js';
import type { ScenarioResult } from './run-scenario.js';

const shareMin = 0.95;

/** In real time, so it takes nine minutes and runs only when it is asked for by name. */
export const limitsScenario = {
  name: 'limits',
  what: 'a plan of 500 releases against GitHub’s limits in real time, with receipts of two minutes',
  async run(): Promise<ScenarioResult> {
    const options = { count: 500, timeScale: 1, receiptTtlMs: 120_000, limitMs: 900_000 };
    const { result, publisher, shareUsed, renewals } = await releaseUnderLimits(options);
    const { creates_per_hour: hour, writes } = publisher;
    const used = `${Math.round(shareUsed * 1_000) / 10} % of the time was needed`;
    process.stderr.write(
      `  ${hour.peak} of ${hour.limit} writes an hour, ${used}, shortest gap ${writes.shortest_gap_ms} ms, ${renewals} receipts renewed\n`,
    );
    const idle = shareUsed >= shareMin ? [] : [`limitsAreUsed: only ${used}`];
    return { ...result, violations: [...result.violations, ...idle] };
  },
} as const;
