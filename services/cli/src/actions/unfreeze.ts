import { loadConfig } from '@marketops/engine';
import type { Invocation } from '../command.js';
import type { FreezeFlags } from '../commands/freeze.js';
import { exitCodes } from '../exit-codes.js';
import { readFrozenScopes } from '../freezing/frozen-scopes.js';
import { orderScope } from '../freezing/order-scope.js';
import { orderTrust } from '../freezing/order-trust.js';
import { scopeOf } from '../freezing/scope.js';
import { unfreezeScope } from '../freezing/unfreeze.js';
import { connectLive } from '../reading/live.js';
import { orderJson, renderUnfrozen } from '../render/freeze.js';

export async function unfreeze(
  { output, env, configPath }: Invocation,
  _args: readonly string[],
  flags: FreezeFlags,
): Promise<number> {
  const scope = scopeOf(flags);
  const loaded = loadConfig(configPath, env);
  const live = await connectLive(loaded, env);
  try {
    const trust = orderTrust(loaded, env, live);
    const event = await orderScope({ loaded, env, live }, flags, (parts) =>
      unfreezeScope({ ...parts, trust }, scope),
    );
    const still = (await readFrozenScopes(live, trust)).scopes.map((one) => one.scope);
    output.document({ unfrozen: scope, ...orderJson(event), still_frozen: still });
    renderUnfrozen(output, scope, event, still);
    return exitCodes.held;
  } finally {
    await live.close();
  }
}
