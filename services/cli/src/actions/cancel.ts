import { jobNames, loadConfig, newUlid, queueNames } from '@marketops/engine';
import { parseReason, parseRunId } from '../arguments.js';
import type { Invocation } from '../command.js';
import type { CancelFlags } from '../commands/cancel.js';
import { exitCodes } from '../exit-codes.js';
import { liveOf, openRuns } from '../reading/runs.js';

export async function cancel(
  { output, env, configPath, configNamed }: Invocation,
  [text = '']: readonly string[],
  { reason: said, principal: asked }: CancelFlags,
): Promise<number> {
  const runId = parseRunId(text);
  const reason = parseReason(said);
  const runs = await openRuns(loadConfig(configPath, env), env);
  try {
    const { run } = await runs.read(runId);
    if (run.status === 'completed' || run.status === 'rejected') {
      const outcome = run.completed?.data.status ?? 'rejected';
      output.document({ run_id: runId, cancel: 'too_late', outcome });
      output.line(`${runId} has ended already: ${outcome}. Nothing to cancel.`);
      return exitCodes.otherOutcome;
    }
    const live = liveOf(runs, 'cancelled');
    const principal = asked ?? run.requested?.data.principal ?? 'local';
    // An id of its own: a second cancel must not be taken for the first, should that one have failed.
    await live
      .queue(queueNames.plans(principal))
      .add(jobNames.runCancel, { run_id: runId, reason }, { jobId: `cancel-${newUlid()}` });
    output.document({ run_id: runId, cancel: 'requested', principal });
    output.line(`Asked for ${runId} to be cancelled.`);
    const config = configNamed ? ` --config ${configPath}` : '';
    output.note(`See it end with: marketops events ${runId} --follow${config}`);
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}
