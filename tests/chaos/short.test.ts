import { describe, expect, it } from 'vitest';
import { runScenario } from './run-scenario.js';
import { scenarios } from './scenarios.js';

/** The short version of `npm run chaos`: the same scenarios' code, fewer runs, and the two that cost most to get right. */
describe('chaos, short', () => {
  it.each(['kill-publisher', 'kill-ledger', 'kill-publisher-and-faults'])(
    'E1, E2, X2, L1: %s: every run completed, one release each, no gap, the chain verifies',
    async (name) => {
      const scenario = scenarios.find((one) => one.name === name);
      if (scenario === undefined) throw new TypeError(`there is no scenario ${name}`);
      const result = await runScenario(scenario, 40, 90_000);
      expect(result.violations).toEqual([]);
    },
    120_000,
  );
});
