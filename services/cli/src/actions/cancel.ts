import { loadConfig } from '@marketops/engine';
import { cancelRun, openRuns } from '@marketops/operator';
import { parseReason, parseRunId } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { CancelFlags } from '../commands/cancel.js';
import { exitCodes } from '../exit-codes.js';

export async function cancel(
  { output, env, configPath, configNamed }: Invocation,
  [text = '']: readonly string[],
  { reason: said, principal: asked }: CancelFlags,
): Promise<number> {
  const runId = parseRunId(text);
  const reason = parseReason(said);
  const runs = await openRuns(loadConfig(configPath, env), env);
  try {
    const done = await cancelRun(runs, runId, { principal: asked, reason });
    if (done.cancel === 'too_late') {
      output.document({ run_id: runId, cancel: 'too_late', outcome: done.outcome });
      output.line(`${runId} has ended already: ${done.outcome}. Nothing to cancel.`);
      return exitCodes.otherOutcome;
    }
    const { principal } = done;
    output.document({ run_id: runId, cancel: 'requested', principal });
    output.line(`Asked for ${runId} to be cancelled.`);
    const config = configNamed ? ` --config ${configPath}` : '';
    output.note(`See it end with: marketops events ${runId} --follow${config}`);
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}
