import { OperationId, type OperatorCommand } from '@marketops/contracts';
import { loadConfig } from '@marketops/engine';
import {
  liveOf,
  openOperator,
  openRuns,
  orderReconcile,
  uncertainOperation,
  uncertainOperations,
  untilAcknowledged,
  untilReconciled,
} from '@marketops/operator';
import { parsed, parseRunId } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { ReconcileFlags } from '../commands/reconcile.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { confirm, refuseUnasked } from '../people/confirm.js';
import { renderReconcileBrief, renderReconciled, renderUncertain } from '../render/reconcile.js';

export async function reconcile(
  invocation: Invocation,
  [run, operation]: readonly string[],
  flags: ReconcileFlags,
): Promise<number> {
  if (run === undefined) return list(invocation, flags);
  if (operation === undefined)
    throw new CliError('usage_invalid', 'which operation of the run is meant must be said', {
      next: 'Run marketops reconcile alone to see which are uncertain.',
    });
  return order(invocation, parseRunId(run), parsed(OperationId, 'the operation', operation), flags);
}

async function list({ output, env, configPath }: Invocation, flags: ReconcileFlags): Promise<number> {
  if (flags.found !== undefined || flags.reason !== undefined)
    throw new CliError('usage_invalid', 'an order names a run and an operation', {
      next: 'Run marketops reconcile alone to see which are uncertain.',
    });
  const after = flags.after === undefined ? undefined : parseRunId(flags.after);
  const runs = await openRuns(loadConfig(configPath, env), env);
  try {
    const { letters, next } = await uncertainOperations(runs, { limit: flags.limit, after });
    const uncertain = letters.map(({ runId, operationId, since, why, help }) => ({
      ...{ run_id: runId, operation_id: operationId, since, why, help },
    }));
    output.document({ uncertain, next: next ?? null });
    renderUncertain(output, letters);
    if (next !== undefined) output.note(`There may be more in older runs: --after ${next}`);
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}

async function order(
  { output, env, configPath, signal }: Invocation,
  runId: string,
  operationId: string,
  flags: ReconcileFlags,
): Promise<number> {
  const asking = { yes: flags.yes === true, json: output.json, signal };
  refuseUnasked(asking);
  const loaded = loadConfig(configPath, env);
  const operator = openOperator(loaded, env, { ...flags, reason: flags.reason ?? '' });
  const runs = await openRuns(loaded, env);
  try {
    const live = liveOf(runs);
    const found = flags.found ?? 'look';
    const subject = uncertainOperation(await runs.read(runId), operationId);
    renderReconcileBrief(output, subject, { found, principal: operator.principal });
    await confirm('Order this?', asking);
    const command = operator.order({
      ...{ kind: 'reconcile', run_id: runId, operation_id: operationId, found },
    });
    const event = await orderReconcile({ loaded, env, live }, subject, command);
    if (!flags.wait) {
      output.document({ ...toldOf(command, event.id), found: null, by: null, audit: null });
      output.line(`Ordered. See what becomes of it with: marketops timeline ${runId}`);
      return exitCodes.held;
    }
    const { timeout } = flags;
    const answer = await untilReconciled(live, subject, command, { timeoutMs: timeout * 1_000, signal });
    await untilAcknowledged(live, answer);
    const { found: was, by, audit } = answer.data;
    output.document({ ...toldOf(command, event.id), found: was, by, audit });
    renderReconciled(output, answer);
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}

function toldOf({ command_id, principal, reason, action }: OperatorCommand, eventId: string) {
  const { run_id, operation_id } =
    action.kind === 'reconcile' ? action : { run_id: null, operation_id: null };
  return { run_id, operation_id, command_id, principal, reason, event_id: eventId };
}
