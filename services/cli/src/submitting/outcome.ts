import type { MarketOpsEvent, Mode } from '@marketops/contracts';
import { type ExitCode, exitCodes } from '../exit-codes.js';

/** A prod run is hoped to complete, a dry run to end with everything planned and blocked. */
export function exitOfRun(last: MarketOpsEvent | undefined, mode: Mode): ExitCode {
  if (last?.type !== 'run.completed') return exitCodes.otherOutcome;
  return isAsHoped(last.data.status, mode) ? exitCodes.held : exitCodes.otherOutcome;
}

export const isAsHoped = (status: string, mode: Mode): boolean =>
  status === 'completed' || (mode === 'dry_run' && status === 'blocked');
