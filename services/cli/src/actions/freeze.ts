import { loadConfig } from '@marketops/engine';
import type { Invocation } from '../command.js';
import type { FreezeFlags } from '../commands/freeze.js';
import { exitCodes } from '../exit-codes.js';
import { freezeScope } from '../freezing/freeze.js';
import { effectsInFlight } from '../freezing/in-flight.js';
import { orderScope } from '../freezing/order-scope.js';
import { scopeOf } from '../freezing/scope.js';
import { liveOf, openRuns } from '../reading/runs.js';
import { inFlightJson, orderJson, renderFrozen, renderInFlight } from '../render/freeze.js';

export async function freeze(
  { output, env, configPath }: Invocation,
  _args: readonly string[],
  flags: FreezeFlags,
): Promise<number> {
  const scope = scopeOf(flags);
  const loaded = loadConfig(configPath, env);
  const runs = await openRuns(loaded, env);
  try {
    const the = { loaded, env, live: liveOf(runs) };
    const event = await orderScope(the, flags, (parts) => freezeScope(parts, scope));
    const inFlight = await effectsInFlight(runs, scope);
    output.document({
      frozen: scope,
      ...orderJson(event),
      in_flight: inFlight.effects.map(inFlightJson),
      in_flight_complete: !inFlight.more,
    });
    renderFrozen(output, scope, event);
    renderInFlight(output, inFlight);
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}
