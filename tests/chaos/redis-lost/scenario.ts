import type { ScenarioResult } from '../run-scenario.js';
import { loseRedis } from './lose-redis.js';
import type { Loss } from './losses.js';

const losses: readonly Loss[] = ['everything', 'last-second', 'old-backup'];

/** Three systems one after the other, each with a Redis of its own; runs only when it is asked for by name. */
export const redisLostScenario = {
  name: 'redis-lost',
  what: 'Redis is killed and comes back with nothing, without its last second, and as an old backup',
  runsDefault: 1_000,
  async run(count: number): Promise<ScenarioResult[]> {
    const results: ScenarioResult[] = [];
    for (const loss of losses) {
      const { result, repairSeconds, reason } = await loseRedis(loss, count, 600_000);
      process.stderr.write(`  ${loss}: open again after ${repairSeconds.toFixed(1)} s: ${reason}\n`);
      results.push(result);
    }
    return results;
  },
} as const;
