import { readFrozenScopes, unfreezeScope } from '@marketops/operator';
import type { Invocation } from '../command.js';
import type { FreezeFlags } from '../commands/freeze.js';
import { exitCodes } from '../exit-codes.js';
import { orderScope } from '../freezing/order-scope.js';
import { orderJson, renderUnfrozen } from '../render/freeze.js';

export async function unfreeze(
  invocation: Invocation,
  _args: readonly string[],
  flags: FreezeFlags,
): Promise<number> {
  const { output } = invocation;
  await orderScope(invocation, flags, async (order) => {
    const { scope, live, trust } = order;
    const event = await unfreezeScope(order);
    const still = (await readFrozenScopes(live, trust)).scopes.map((one) => one.scope);
    output.document({ unfrozen: scope, ...orderJson(event), still_frozen: still });
    renderUnfrozen(output, scope, event, still);
  });
  return exitCodes.held;
}
