import { jobNames, newUlid, queueNames } from '@marketops/engine';
import { liveOf, type Runs } from './runs.js';

export type Cancellation =
  | { readonly cancel: 'requested'; readonly principal: string }
  /** The run had ended before: with this outcome. */
  | { readonly cancel: 'too_late'; readonly outcome: string };

/**
 * Asks for a run to be cancelled, in the name of a principal: by default of whoever asked for the run.
 * @throws OperatorError `run_not_found`, `redis_unreachable`
 */
export async function cancelRun(
  runs: Runs,
  runId: string,
  { principal: asked, reason }: { readonly principal?: string | undefined; readonly reason: string },
): Promise<Cancellation> {
  const { run } = await runs.read(runId);
  if (run.status === 'completed' || run.status === 'rejected')
    return { cancel: 'too_late', outcome: run.completed?.data.status ?? 'rejected' };
  const live = liveOf(runs, 'cancelled');
  const principal = asked ?? run.requested?.data.principal ?? 'local';
  // An id of its own: a second cancel must not be taken for the first, should that one have failed.
  await live
    .queue(queueNames.plans(principal))
    .add(jobNames.runCancel, { run_id: runId, reason }, { jobId: `cancel-${newUlid()}` });
  return { cancel: 'requested', principal };
}
