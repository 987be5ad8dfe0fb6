import type { Stage } from './stage.js';

type Severity = 'critical' | 'high' | 'medium';

/** Who refused an attack, and where the ledger says so. */
export interface Refusal {
  /** The gate's check, or what else said no: `planner`, `side_effect_port`, `policy`, `statement`, `verify`. */
  readonly check: string;
  readonly eventId: string;
  readonly ledgerSequence: number;
  readonly detail: string;
}

/** An attempt that nothing stopped, or not as it should have been; its message stands in the report. */
export class NotRefused extends Error {}

/** One way of trying, made over the real queues and streams. */
export interface Attempt {
  /** What is tried, in a few words. */
  readonly name: string;
  /** Which defence must be the one that answers; another one would leave this one untested. */
  readonly expects: string;
  /** @throws NotRefused, or what the world throws where nothing refused it in time */
  readonly attack: (stage: Stage) => Promise<Refusal>;
}

/** One line of the list of attacks that every version must withstand (docs/audit.md). */
export interface Scenario {
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
  readonly stoppedBy: string;
  /** What an attacker does, in order, and what must follow. */
  readonly steps: readonly string[];
  /** Made when the stage stands: an attempt may be built from what lies there. */
  readonly attempts: (stage: Stage) => readonly Attempt[];
}

export interface AttemptResult {
  readonly name: string;
  readonly expects: string;
  /** By the defence expected, and without a write at GitHub. */
  readonly refused: boolean;
  readonly check: string | null;
  readonly eventId: string | null;
  readonly ledgerSequence: number | null;
  readonly detail: string;
}

export interface ScenarioResult {
  readonly scenario: Pick<Scenario, 'id' | 'name' | 'severity' | 'stoppedBy' | 'steps'>;
  /** Every attempt was. */
  readonly refused: boolean;
  readonly attempts: readonly AttemptResult[];
}
