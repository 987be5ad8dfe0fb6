import {
  type EventOf,
  foldRun,
  type MarketOpsEvent,
  type OperatorCommand,
  runStream,
} from '@marketops/contracts';
import { runJob } from '@marketops/engine';
import { type Carriage, carryOne } from '../carrying/carrier.js';
import { CliError } from '../errors.js';
import type { RunRecord } from '../reading/run-record.js';

/**
 * Carries an order to redrive to its run, and wakes the planner; the sweeper does, should that get lost.
 * @returns the event as it stands, acknowledged by the ledger
 * @throws CliError `redrive_refused` where somebody else has opened the run meanwhile; what the carrier throws
 */
export async function orderRedrive(
  the: Carriage,
  { runId, run }: Pick<RunRecord, 'runId' | 'run'>,
  command: OperatorCommand,
): Promise<EventOf<'run.redriven'> & MarketOpsEvent> {
  const carried = await carryOne(the, {
    stream: runStream(runId),
    context: {
      ...{ tenantId: run.tenantId, runId, mode: run.mode, correlationId: runId },
      causationId: run.completed?.id ?? null,
    },
    events: (standing) => {
      if (foldRun(standing).status !== 'completed') throw openAlready(runId);
      return [{ type: 'run.redriven', data: { principal: command.principal, command } }];
    },
    jobs: [runJob(runId)],
    deadline: { runId, atMs: Date.now() + the.loaded.tuning.runDeadlineMs },
  });
  if (carried.type !== 'run.redriven') throw new TypeError('an append of another event');
  return carried;
}

/** What is under way needs no second start: nobody can know yet what of it will fail. */
export const openAlready = (runId: string): CliError =>
  new CliError('redrive_refused', `${runId} is under way: only what has ended is redriven`, {
    next: `See it end with marketops events ${runId} --follow, then look again.`,
  });
