import { loadConfig } from '@marketops/engine';
import {
  liveOf,
  openOperator,
  openRuns,
  orderRedrive,
  untilAcknowledged,
  untilTaken,
  whatToRedrive,
} from '@marketops/operator';
import { parseRunId } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { RedriveFlags } from '../commands/redrive.js';
import { exitCodes } from '../exit-codes.js';
import { confirm, refuseUnasked } from '../people/confirm.js';
import { eventNotes } from '../render/event-line.js';
import { renderRedriveBrief, renderRedriven } from '../render/redrive.js';
import { exitOfRun } from '../submitting/outcome.js';

export async function redrive(
  invocation: Invocation,
  [text = '', ...named]: readonly string[],
  flags: RedriveFlags,
): Promise<number> {
  const { output, env, configPath, signal } = invocation;
  const runId = parseRunId(text);
  const asking = { yes: flags.yes === true, json: output.json, signal };
  refuseUnasked(asking);
  const loaded = loadConfig(configPath, env);
  const operator = openOperator(loaded, env, flags);
  const runs = await openRuns(loaded, env);
  try {
    const live = liveOf(runs, 'redriven');
    const record = await runs.read(runId);
    const { eligible, refused, operations } = whatToRedrive(record, named);
    renderRedriveBrief(output, record, { eligible, refused, principal: operator.principal });
    await confirm('Try them again?', asking);
    const command = operator.order({ kind: 'redrive', run_id: runId, operations });
    const order = await orderRedrive({ loaded, env, live }, record, command);
    const told = {
      run_id: runId,
      command_id: command.command_id,
      principal: command.principal,
      reason: command.reason,
      event_id: order.id,
      time: order.time,
      not_redriven: [...refused].map(([id, why]) => ({ operation_id: id, ...why })),
    };
    if (flags.wait === false) {
      output.document({ ...told, redriven: null, outcome: null });
      output.line(`Ordered. See what becomes of it with: marketops timeline ${runId}`);
      return exitCodes.held;
    }
    const toEnd = flags.wait === true;
    const timeoutMs = flags.timeout * 1_000;
    const { redriven, completed } = await untilTaken({
      ...{ live, blobs: runs.blobs, record, order, expected: eligible, toEnd, timeoutMs },
      signal: invocation.signal,
      onEvent: eventNotes(output),
    });
    if (completed !== undefined) await untilAcknowledged(live, completed);
    output.document({ ...told, redriven, outcome: completed?.data ?? null });
    renderRedriven(output, runId, redriven, completed);
    return toEnd ? exitOfRun(completed, record.run.mode) : exitCodes.held;
  } finally {
    await runs.close();
  }
}
