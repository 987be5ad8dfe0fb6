import { parseMode } from '@marketops/contracts';
import { loadConfig } from '@marketops/engine';
import { readSubmission } from '@marketops/operator';
import type { Invocation } from '../command.js';
import type { SubmitFlags } from '../commands/submit.js';
import { handIn } from '../submitting/hand-in.js';

export async function submit(
  invocation: Invocation,
  [path = '']: readonly string[],
  flags: SubmitFlags,
): Promise<number> {
  const mode = flags.mode === undefined ? undefined : parseMode(flags.mode);
  const loaded = loadConfig(invocation.configPath, invocation.env);
  const { principal, idempotencyKey } = flags;
  const submission = readSubmission(loaded, { path, principal, mode, idempotencyKey });
  const request = flags.sealed === true ? { ...submission.request, sealed: true } : submission.request;
  return handIn(invocation, loaded, { ...submission, request }, flags);
}
