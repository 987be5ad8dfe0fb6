import { effectsInFlight, freezeScope } from '@marketops/operator';
import type { Invocation } from '../command.js';
import type { FreezeFlags } from '../commands/freeze.js';
import { exitCodes } from '../exit-codes.js';
import { orderScope } from '../freezing/order-scope.js';
import { inFlightJson, orderJson, renderFrozen, renderInFlight } from '../render/freeze.js';

export async function freeze(
  invocation: Invocation,
  _args: readonly string[],
  flags: FreezeFlags,
): Promise<number> {
  const { output } = invocation;
  await orderScope(invocation, flags, async (order) => {
    const { scope, runs } = order;
    const event = await freezeScope(order);
    const inFlight = await effectsInFlight(runs, scope);
    output.document({
      frozen: scope,
      ...orderJson(event),
      in_flight: inFlight.effects.map(inFlightJson),
      in_flight_complete: !inFlight.more,
    });
    renderFrozen(output, scope, event);
    renderInFlight(output, inFlight);
  });
  return exitCodes.held;
}
