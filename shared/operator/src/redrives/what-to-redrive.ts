import {
  type OperationSet,
  type OperationState,
  type Reason,
  redrivable,
  runRedriveFault,
} from '@marketops/contracts';
import { namedOperations, notShown, operationsOf } from '../approvals/shown-plan.js';
import { OperatorError } from '../errors.js';
import type { RunRecord } from '../runs/run-record.js';
import { openAlready } from './order-redrive.js';

/** What an order will open again, and what of the run it leaves as it is. */
export interface ToRedrive {
  readonly eligible: readonly string[];
  readonly refused: ReadonlyMap<string, Reason>;
  /** What the order names: every operation that was shown, as far as an order can name so many. */
  readonly operations: OperationSet;
}

/** An order names this many; more of them are covered by `all`. */
const namedMax = 100;

/**
 * What of a run can be redriven. Where operations were named, each of them must be: nothing is signed that does less than it
 * says.
 * @throws OperatorError `redrive_refused` with the reason of each operation, `usage_invalid`; AuthorityError `operation_unknown`,
 * `plan_not_shown`
 */
export function whatToRedrive(
  { runId, run, plan, operations, contents }: RunRecord,
  named: readonly string[],
): ToRedrive {
  const fault = runRedriveFault(run);
  if (fault !== undefined)
    throw new OperatorError('redrive_refused', `${runId} cannot be redriven: ${fault.message}`, {
      next: fault.remedy,
    });
  if (run.status !== 'completed') throw openAlready(runId);
  if (contents.order !== undefined)
    throw new OperatorError(
      'redrive_refused',
      `${runId} cannot be redriven: what it holds was erased, or is to be`,
      {
        next: 'Submit the plan again under a new idempotency key.',
      },
    );
  if (plan === undefined) throw notShown(runId, 'its plan cannot be read on this machine');
  const asked = operationsOf(plan, namedOperations(named));
  const states = new Map<string, OperationState>(operations.map(({ id, state }) => [id, state]));
  const { eligible, refused } = redrivable(plan, states, asked);
  if (eligible.length === 0 || (asked !== 'all' && refused.size > 0)) throw refusal(runId, refused);
  return { eligible, refused, operations: eligible.length > namedMax ? 'all' : [...eligible] };
}

function refusal(runId: string, refused: ReadonlyMap<string, Reason>): OperatorError {
  const [first] = refused.values();
  const message =
    first === undefined
      ? `nothing of ${runId} is left to try again: all of it has succeeded`
      : `what was asked for of ${runId} cannot be redriven`;
  return new OperatorError('redrive_refused', message, {
    next: first?.remedy ?? `See marketops show ${runId}.`,
    faults: [...refused]
      .slice(0, 100)
      .map(([id, why]) => ({ path: id, message: `${why.message} ${why.remedy} (${why.code})` })),
  });
}
