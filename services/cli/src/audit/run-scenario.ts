import { reasonOf } from '@marketops/operator/words';
import type { Attempt, AttemptResult, Scenario, ScenarioResult } from './scenario.js';
import type { Stage } from './stage.js';

/**
 * Makes every attempt, one after the other, and counts what GitHub was asked to change meanwhile. Nothing honest works
 * during an attempt, so any write is the attack's.
 */
export async function runScenario(stage: Stage, scenario: Scenario): Promise<ScenarioResult> {
  const attempts: AttemptResult[] = [];
  for (const attempt of scenario.attempts(stage)) attempts.push(await judge(stage, attempt));
  const { id, name, severity, stoppedBy, steps } = scenario;
  return {
    scenario: { id, name, severity, stoppedBy, steps },
    refused: attempts.length > 0 && attempts.every(({ refused }) => refused),
    attempts,
  };
}

async function judge(stage: Stage, { name, expects, attack }: Attempt): Promise<AttemptResult> {
  const before = await stage.writes();
  try {
    const { check, eventId, ledgerSequence, detail } = await attack(stage);
    const written = (await stage.writes()) - before;
    const fault = faultOf(check, expects, written);
    return {
      ...{ name, expects, check, eventId, ledgerSequence },
      refused: fault === undefined,
      detail: fault === undefined ? detail : `${fault}: ${detail}`,
    };
  } catch (fault) {
    stage.signal.throwIfAborted();
    const written = (await stage.writes()) - before;
    const detail = written === 0 ? reasonOf(fault) : `${written} writes at GitHub; ${reasonOf(fault)}`;
    return { name, expects, refused: false, check: null, eventId: null, ledgerSequence: null, detail };
  }
}

function faultOf(check: string, expects: string, written: number): string | undefined {
  if (written > 0) return `${written} writes at GitHub`;
  return check === expects ? undefined : `refused by ${check} where ${expects} should have been first`;
}
