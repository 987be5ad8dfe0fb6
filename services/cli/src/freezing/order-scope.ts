import { loadConfig, type OrderTrust } from '@marketops/engine';
import { type Carrier, openCarrier } from '../carrying/carrier.js';
import type { Invocation } from '../command.js';
import type { FreezeFlags } from '../commands/freeze.js';
import { type Operator, openOperator } from '../people/operator.js';
import type { Live } from '../reading/live.js';
import { liveOf, openRuns, type Runs } from '../reading/runs.js';
import { orderTrust } from './order-trust.js';
import { scopeOf } from './scope.js';

/** An order about a scope: who gives it, and what brings it to the `system` stream. */
export interface ScopeOrder {
  readonly scope: string;
  readonly operator: Operator;
  readonly carrier: Carrier;
  readonly live: Live;
  readonly runs: Runs;
  /** What orders to unfreeze are looked at with. */
  readonly trust: OrderTrust;
}

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
