import { isTerminal, type OperationState } from './operation-state.js';
import type { RunStatus } from './run-status.js';
import type { EventData } from './vocabulary.js';

/**
 * The run's end as its operations tell it, or undefined while one is still open.
 * `completed`: all succeeded. `partial`: some did. `cancelled`: a cancel kept the rest from starting and nothing
 * shipped. `failed`: nothing shipped and something was tried. `blocked`: nothing was allowed to ship (a dry run,
 * policy, missing prerequisites).
 */
export function runOutcome(
  operations: readonly OperationState[],
  cancelRequested: boolean,
): EventData<'run.completed'> | undefined {
  if (!operations.every(isTerminal)) return undefined;
  const count = (...phases: OperationState['phase'][]) =>
    operations.filter((operation) => phases.includes(operation.phase)).length;
  const counts = {
    succeeded: count('succeeded'),
    failed: count('failed', 'refused'),
    blocked: count('advised'),
    skipped: count('skipped'),
    uncertain: count('uncertain'),
  };
  return { status: statusOf(counts, operations.length, cancelRequested), ...counts };
}

function statusOf(
  counts: { succeeded: number; failed: number; skipped: number; uncertain: number },
  total: number,
  cancelRequested: boolean,
): RunStatus {
  if (counts.succeeded === total) return 'completed';
  if (counts.succeeded > 0) return 'partial';
  if (counts.failed + counts.uncertain > 0) return 'failed';
  return cancelRequested && counts.skipped > 0 ? 'cancelled' : 'blocked';
}
