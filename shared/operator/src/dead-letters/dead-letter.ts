import type { Reason } from '@marketops/contracts';

/** Something that will not go on by itself. */
export interface DeadLetter {
  /** `run`: stalled. `stream`: cannot be believed. `job`: ended in failure before its run. `operation`: ended without its effect. */
  readonly kind: 'run' | 'stream' | 'job' | 'operation';
  /** What it is called: a run, a stream, a queue with a job, or an operation of its run. */
  readonly subject: string;
  readonly runId: string | null;
  readonly operationId: string | null;
  /** `stalled`, `quarantined`, `failed`, `refused`, `uncertain`, `planned`. */
  readonly state: string;
  /** UTC; null where it is not known. */
  readonly since: string | null;
  readonly why: Pick<Reason, 'code' | 'message'>;
  /** The command that helps. */
  readonly help: string;
  /** What to know before it is run; null where the command says it all. */
  readonly hint: string | null;
}

/** What is looked at of each kind but operations, which are paged. */
export const lookedAtMax = 1_000;
