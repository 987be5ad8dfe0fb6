import { loadConfig } from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { openCarrier } from '../carrying/carrier.js';
import type { Invocation } from '../command.js';
import type { FreezeFlags } from '../commands/freeze.js';
import { exitCodes } from '../exit-codes.js';
import { readFrozenScopes } from '../freezing/frozen-scopes.js';
import { scopeOf } from '../freezing/scope.js';
import { unfreezeScope } from '../freezing/unfreeze.js';
import { openOperator } from '../people/operator.js';
import { systemAudience } from '../reading/audience.js';
import { connectLive } from '../reading/live.js';
import { renderUnfrozen } from '../render/freeze.js';

export async function unfreeze(
  { output, env, configPath }: Invocation,
  _args: readonly string[],
  flags: FreezeFlags,
): Promise<number> {
  const scope = scopeOf(flags);
  const loaded = loadConfig(configPath, env);
  const live = await connectLive(loaded, env);
  try {
    const operator = openOperator(loaded, env, live.keyring, flags);
    const trust = { crypto: nodeCrypto, keyring: live.keyring, audience: systemAudience(loaded, env) };
    const carrier = openCarrier(loaded, env, live);
    try {
      const event = await unfreezeScope({ live, carrier, operator, trust }, scope);
      const still = (await readFrozenScopes(live, trust)).scopes.map((one) => one.scope);
      output.document({
        unfrozen: scope,
        principal: event.data.principal,
        reason: event.data.reason,
        event_id: event.id,
        time: event.time,
        still_frozen: still,
      });
      renderUnfrozen(output, scope, event, still);
      return exitCodes.held;
    } finally {
      await carrier.close();
    }
  } finally {
    await live.close();
  }
}
