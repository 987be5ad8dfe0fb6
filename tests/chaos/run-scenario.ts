import { temporarySystem } from '../support/temporary-system.js';
import { planned, submitBatch } from './batch.js';
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

/** One scenario against a system of its own, in a folder of its own. */
export async function runScenario(
  scenario: Scenario,
  count: number,
  limitMs: number,
): Promise<ScenarioResult> {
  const { system, client, close } = await temporarySystem();
  const began = performance.now();
  try {
    if (scenario.faults !== undefined) await armFaults(system.url, scenario);
    const runs = await submitBatch(client, count);
    let disturbedAt: number | null = null;
    if (scenario.disturb !== undefined) {
      await planned(client, runs, Math.ceil(count / 3));
      await scenario.disturb(system);
      disturbedAt = performance.now();
    }
    const unfinished = await client
      .ended(
        runs.map(({ runId }) => runId),
        limitMs,
      )
      .then(
        () => [],
        (fault: unknown) => [String(fault)],
      );
    const ended = performance.now();
    const violations = await findViolations(system, client, runs);
    return {
      name: scenario.name,
      what: scenario.what,
      runs: count,
      seconds: (ended - began) / 1_000,
      recoverySeconds: disturbedAt === null ? null : (ended - disturbedAt) / 1_000,
      violations: [...unfinished, ...violations],
    };
  } finally {
    await close();
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
