import { loadConfig } from '@marketops/engine';
import { openCarrier } from '../carrying/carrier.js';
import type { Invocation } from '../command.js';
import type { FreezeFlags } from '../commands/freeze.js';
import { exitCodes } from '../exit-codes.js';
import { freezeScope } from '../freezing/freeze.js';
import { effectsInFlight } from '../freezing/in-flight.js';
import { scopeOf } from '../freezing/scope.js';
import { liveOf } from '../people/live-of.js';
import { openOperator } from '../people/operator.js';
import { openRuns } from '../reading/runs.js';
import { inFlightJson, renderFrozen, renderInFlight } from '../render/freeze.js';

export async function freeze(
  { output, env, configPath }: Invocation,
  _args: readonly string[],
  flags: FreezeFlags,
): Promise<number> {
  const scope = scopeOf(flags);
  const loaded = loadConfig(configPath, env);
  const runs = await openRuns(loaded, env);
  try {
    const live = liveOf(runs);
    const operator = openOperator(loaded, env, live.keyring, flags);
    const carrier = openCarrier(loaded, env, live);
    try {
      const event = await freezeScope({ live, carrier, operator }, scope);
      const inFlight = await effectsInFlight(runs, scope);
      output.document({
        frozen: scope,
        principal: event.data.principal,
        reason: event.data.reason,
        event_id: event.id,
        time: event.time,
        in_flight: inFlight.effects.map(inFlightJson),
        in_flight_complete: !inFlight.more,
      });
      renderFrozen(output, scope, event);
      renderInFlight(output, inFlight);
      return exitCodes.held;
    } finally {
      await carrier.close();
    }
  } finally {
    await runs.close();
  }
}
