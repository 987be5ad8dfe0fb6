import { IdempotencyKey, parseMode } from '@marketops/contracts';
import { loadConfig, newUlid } from '@marketops/engine';
import { openRuns, retryOf } from '@marketops/operator';
import { parsed, parseRunId } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { RetryFlags } from '../commands/retry.js';
import { handIn } from '../submitting/hand-in.js';

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
