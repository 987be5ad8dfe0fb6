import { loadConfig } from '@marketops/engine';
import {
  liveOf,
  openCarrier,
  openOperator,
  openRuns,
  orderTrust,
  type ScopeOrder,
} from '@marketops/operator';
import { scopeOf } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { FreezeFlags } from '../commands/freeze.js';

/**
 * Gives an order, to freeze or to unfreeze: looks at all that was typed, opens what it takes, and closes what was opened.
 * @throws as `scopeOf`, `openOperator`, `openRuns`, `openCarrier` and the order itself
 */
export async function orderScope(
  { env, configPath }: Pick<Invocation, 'env' | 'configPath'>,
  flags: FreezeFlags,
  give: (order: ScopeOrder) => Promise<void>,
): Promise<void> {
  const scope = scopeOf(flags);
  const loaded = loadConfig(configPath, env);
  const operator = openOperator(loaded, env, flags);
  const runs = await openRuns(loaded, env);
  try {
    const live = liveOf(runs);
    const carrier = openCarrier(loaded, env, live);
    try {
      await give({ scope, operator, carrier, live, runs, trust: orderTrust(loaded, env, live) });
    } finally {
      await carrier.close();
    }
  } finally {
    await runs.close();
  }
}
