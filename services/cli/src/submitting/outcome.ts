import type { MarketOpsEvent, Mode } from '@marketops/contracts';
import { isAsHoped } from '@marketops/operator';
import { type ExitCode, exitCodes } from '../exit-codes.js';

/** How a command ends that has seen a run to its end. */
export function exitOfRun(last: MarketOpsEvent | undefined, mode: Mode): ExitCode {
  if (last?.type !== 'run.completed') return exitCodes.otherOutcome;
  return isAsHoped(last.data.status, mode) ? exitCodes.held : exitCodes.otherOutcome;
}
