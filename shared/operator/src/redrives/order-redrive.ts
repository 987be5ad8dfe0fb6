import {
  type EventOf,
  foldRun,
  type MarketOpsEvent,
  type OperatorCommand,
  runStream,
} from '@marketops/contracts';
import { isoTime, runJob } from '@marketops/engine';
import { OperatorError } from '../errors.js';
import { orderTrust } from '../freezes/order-trust.js';
import { type Carriage, carryOne } from '../orders/carrier.js';
import { refuseForeignOrder } from '../orders/foreign-order.js';
import type { RunRecord } from '../runs/run-record.js';

/**
 * Carries an order to redrive to its run, and wakes the planner; the sweeper does, should that get lost.
 * @returns the event as it stands, acknowledged by the ledger
 * @throws OperatorError `redrive_refused` where somebody else has opened the run meanwhile; AuthorityError as `refuseForeignOrder`; what the carrier throws
 */
export async function orderRedrive(
  the: Carriage,
  { runId, run }: Pick<RunRecord, 'runId' | 'run'>,
  command: OperatorCommand,
): Promise<EventOf<'run.redriven'> & MarketOpsEvent> {
  refuseForeignOrder(
    orderTrust(the.loaded, the.env, the.live),
    command,
    { kind: 'redrive', run_id: runId },
    isoTime(Date.now()),
  );
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
export const openAlready = (runId: string): OperatorError =>
  new OperatorError('redrive_refused', `${runId} is under way: only what has ended is redriven`, {
    next: `See it end with marketops events ${runId} --follow, then look again.`,
  });
