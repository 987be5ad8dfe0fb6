import { OperatorError } from '../errors.js';
import type { RunRecord } from '../runs/run-record.js';

/**
 * Whether a run's contents can be erased.
 * @throws OperatorError `erase_refused` where it has not ended, was not sealed, or where something of it is uncertain still
 */
export function refuseErasing({ runId, run, operations, contents }: RunRecord): void {
  if (run.status !== 'completed' && run.status !== 'rejected')
    throw refused(`${runId} has not ended: what is under way needs what it holds`, [
      `Cancel it first: marketops cancel ${runId} --reason …`,
    ]);
  if (!contents.sealed)
    throw refused(`${runId} was not sealed: what it was asked for stands in the ledger itself`, [
      'Nothing takes it out of there. Have the next ones sealed: sealed: true in the plan, or sealed_tenants in marketops.yml.',
    ]);
  const uncertain = operations.filter(({ state }) => state.phase === 'uncertain').map(({ id }) => id);
  if (uncertain.length > 0)
    throw refused(`nobody knows yet what became of ${uncertain.slice(0, 5).join(', ')} of ${runId}`, [
      `Find out first, which takes what it was: marketops reconcile ${runId} ${uncertain[0] ?? ''}`,
    ]);
}

const refused = (message: string, [next = '']: readonly [string]): OperatorError =>
  new OperatorError('erase_refused', message, { next });
