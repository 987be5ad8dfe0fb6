import { loadConfig } from '@marketops/engine';
import { agrees, connectLive, type FrozenScope, orderTrust, readFrozenScopes } from '@marketops/operator';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { orderJson } from '../render/freeze.js';
import { renderFreezes } from '../render/freezes.js';

export async function freezes({ output, env, configPath }: Invocation): Promise<number> {
  const loaded = loadConfig(configPath, env);
  const live = await connectLive(loaded, env);
  try {
    const trust = orderTrust(loaded, env, live);
    const frozen = await readFrozenScopes(live, trust);
    output.document({
      freezes: frozen.scopes.map(asJson),
      refused_unfreezes: frozen.refused.map(({ eventId, ...refused }) => ({ event_id: eventId, ...refused })),
    });
    renderFreezes(output, frozen);
    return frozen.scopes.every(agrees) ? exitCodes.held : exitCodes.failed;
  } finally {
    await live.close();
  }
}

function asJson(frozen: FrozenScope) {
  const { scope, events, controlKeys, controlReason } = frozen;
  return {
    scope,
    since: events[0]?.time ?? null,
    frozen_by: events.map(orderJson),
    control_keys: controlKeys,
    control_reason: controlReason ?? null,
    agrees: agrees(frozen),
  };
}
