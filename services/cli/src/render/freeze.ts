import type { EventOf } from '@marketops/contracts';
import type { InFlight } from '@marketops/engine';
import type { InFlightReport } from '@marketops/operator';
import { scopeArguments, shortTime, shownScope } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { table } from './table.js';

export function renderFrozen(output: Output, scope: string, { data, time }: EventOf<'system.frozen'>): void {
  const { paint } = output;
  const who = `${sanitize(data.principal)} at ${shortTime(time)}: ${sanitize(data.reason)}`;
  output.line(`${paint.bold(shownScope(scope))} is ${paint.yellow('frozen')}, by ${who}`);
  output.line('Nothing new starts there and no receipt is minted for it. The ledger has the order.');
  output.note(`Somebody else can end it: marketops unfreeze${scopeArguments(scope)} --reason …`);
}

/** What a freeze does not stop. */
export function renderInFlight(output: Output, { effects, more }: InFlightReport): void {
  if (effects.length === 0) output.line('Nothing that had started is without its outcome.');
  else {
    output.line();
    output.line('Started before, without an outcome yet: these may still take effect.');
    const rows = effects.map(({ runId, operationId, startedAt, leaseUntil }) => [
      sanitize(runId),
      output.paint.bold(sanitize(operationId)),
      shortTime(startedAt),
      shortTime(leaseUntil, startedAt),
    ]);
    output.line(table(output, ['run', 'operation', 'started', 'its worker has until'], rows));
  }
  if (more) output.note('There are more runs under way than were looked at.');
}

/** What stands of an order in every document. */
export const orderJson = ({ id, time, data }: EventOf<'system.frozen'> | EventOf<'system.unfrozen'>) => ({
  principal: data.principal,
  reason: data.reason,
  event_id: id,
  time,
});

export const inFlightJson = (one: InFlight) => ({
  run_id: one.runId,
  operation_id: one.operationId,
  tenant_id: one.tenantId,
  execution_id: one.executionId,
  started_at: one.startedAt,
  lease_until: one.leaseUntil,
});

export function renderUnfrozen(
  output: Output,
  scope: string,
  { data, time }: EventOf<'system.unfrozen'>,
  still: readonly string[],
): void {
  const who = `${sanitize(data.principal)} at ${shortTime(time)}: ${sanitize(data.reason)}`;
  output.line(
    `${output.paint.bold(shownScope(scope))} is ${output.paint.green('no longer frozen')}, by ${who}`,
  );
  if (still.length === 0) output.line('What waited goes on by itself.');
  else output.line(`Still frozen: ${still.map((one) => sanitize(shownScope(one))).join(', ')}.`);
}
