import { IdempotencyKey, type Mode, parseMode } from '@marketops/contracts';
import { type LoadedConfig, loadConfig, newUlid } from '@marketops/engine';
import { parsed, parseRunId } from '../arguments.js';
import type { Invocation } from '../command.js';
import type { RetryFlags } from '../commands/retry.js';
import { CliError } from '../errors.js';
import type { RunRecord } from '../reading/run-record.js';
import { openRuns } from '../reading/runs.js';
import type { Submission } from '../submitting/enqueue.js';
import { handIn } from '../submitting/hand-in.js';
import { submissionOf } from '../submitting/submission.js';

export async function retry(
  invocation: Invocation,
  [text = '']: readonly string[],
  flags: RetryFlags,
): Promise<number> {
  const runId = parseRunId(text);
  const mode = flags.mode === undefined ? undefined : parseMode(flags.mode);
  const key =
    flags.idempotencyKey === undefined
      ? `retry-${newUlid()}`
      : parsed(IdempotencyKey, '--idempotency-key', flags.idempotencyKey);
  const loaded = loadConfig(invocation.configPath, invocation.env);
  const runs = await openRuns(loaded, invocation.env);
  const record = await runs.read(runId).finally(() => runs.close());
  return handIn(invocation, loaded, retryOf(loaded, record, { mode, key }), flags);
}

/** @throws CliError `retry_refused`; InputError as `submissionOf` */
function retryOf(
  loaded: LoadedConfig,
  { runId, run, request }: RunRecord,
  { mode, key }: { readonly mode: Mode | undefined; readonly key: string },
): Submission {
  if (run.status !== 'completed' && run.status !== 'rejected') {
    throw new CliError('retry_refused', `${runId} has not ended`, {
      next: `See it end with marketops events ${runId} --follow, or end it with marketops cancel.`,
    });
  }
  if (run.requested === undefined || request === undefined) {
    throw new CliError('retry_refused', `what ${runId} was asked for cannot be read on this machine`, {
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
