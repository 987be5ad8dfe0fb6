import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSystem } from '@marketops/cli';
import { submitBatch } from './batch.js';
import type { Scenario } from './scenarios.js';
import { findViolations } from './violations.js';

export interface ScenarioResult {
  readonly name: string;
  readonly what: string;
  readonly runs: number;
  readonly seconds: number;
  /** How long after the disturbance the last run ended. */
  readonly recoverySeconds: number | null;
  readonly violations: readonly string[];
}

/** Short limits, so that what must wait for a dead worker's lease and lock waits seconds instead of minutes. */
const timing = {
  lease_ms: 3_000,
  request_timeout_ms: 1_000,
  lock_ms: 3_000,
  backoff_ms: 100,
  hold_ms: 200,
  relay_after_ms: 1_000,
  run_deadline_ms: 4_000,
  sweep_every_ms: 500,
};

/** One scenario against a system of its own, in a folder of its own. */
export async function runScenario(
  scenario: Scenario,
  runs: number,
  limitMs: number,
): Promise<ScenarioResult> {
  const dir = mkdtempSync(join(tmpdir(), 'marketops-chaos-'));
  const system = await startSystem({
    dir,
    config: { timing },
    restartCrashed: false,
    allowNonDurableRedis: true,
  });
  const began = performance.now();
  try {
    if (scenario.faults !== undefined) await armFaults(system.url, scenario);
    const batch = await submitBatch(system, runs);
    let disturbedAt: number | null = null;
    if (scenario.disturb !== undefined) {
      await batch.planned(Math.ceil(runs / 3));
      await scenario.disturb(system);
      disturbedAt = performance.now();
    }
    const open = await batch.ended(limitMs);
    const ended = performance.now();
    const violations = await findViolations(system, batch.runs);
    await batch.close();
    return {
      name: scenario.name,
      what: scenario.what,
      runs,
      seconds: (ended - began) / 1_000,
      recoverySeconds: disturbedAt === null ? null : (ended - disturbedAt) / 1_000,
      violations:
        open === 0
          ? violations
          : [`${open} of ${runs} runs had not ended after ${limitMs / 1_000} s`, ...violations],
    };
  } finally {
    await system.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function armFaults(url: string, { name, faults }: Scenario): Promise<void> {
  const answer = await fetch(`${url}/_sim/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ faults, seed: name.length }),
  });
  if (!answer.ok)
    throw new TypeError(`the simulated GitHub refused the faults of ${name}: ${await answer.text()}`);
}
