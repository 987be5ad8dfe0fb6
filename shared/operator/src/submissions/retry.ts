import type { Mode } from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine';
import { OperatorError } from '../errors.js';
import type { RunRecord } from '../runs/run-record.js';
import type { Submission } from './enqueue.js';
import { submissionOf } from './submission.js';

/**
 * What was asked for with a run that has ended, asked for again under another key, in the mode of that run or in another.
 * @throws OperatorError `retry_refused`; InputError as `submissionOf`
 */
export function retryOf(
  loaded: LoadedConfig,
  { runId, run, request }: RunRecord,
  { mode, key }: { readonly mode: Mode | undefined; readonly key: string },
): Submission {
  if (run.status !== 'completed' && run.status !== 'rejected') {
    throw new OperatorError('retry_refused', `${runId} has not ended`, {
      next: `See it end with marketops events ${runId} --follow, or end it with marketops cancel.`,
    });
  }
  if (run.requested === undefined || request === undefined) {
    throw new OperatorError('retry_refused', `what ${runId} was asked for cannot be read on this machine`, {
      next: 'Submit the plan file itself, corrected where it was rejected: marketops submit.',
    });
  }
  return submissionOf(loaded, run.requested.data.principal, key, {
    ...request,
    mode: mode ?? run.mode,
    idempotency_key: key,
    retry_of: runId,
  });
}
