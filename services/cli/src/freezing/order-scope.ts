import type { LoadedConfig } from '@marketops/engine';
import { type Carrier, openCarrier } from '../carrying/carrier.js';
import type { OrderFlags } from '../commands/signing-options.js';
import { type Operator, openOperator } from '../people/operator.js';
import type { Live } from '../reading/live.js';

/** Whoever gives an order about a scope, and what brings it to the `system` stream. */
export interface OrderParts {
  readonly live: Live;
  readonly carrier: Carrier;
  readonly operator: Operator;
}

/**
 * Gives an order: opens what it takes, and closes what was opened.
 * @throws as `openOperator`, `openCarrier` and the order itself
 */
export async function orderScope<Given>(
  the: { readonly loaded: LoadedConfig; readonly env: NodeJS.ProcessEnv; readonly live: Live },
  flags: OrderFlags,
  give: (parts: OrderParts) => Promise<Given>,
): Promise<Given> {
  const { loaded, env, live } = the;
  const operator = openOperator(loaded, env, live.keyring, flags);
  const carrier = openCarrier(loaded, env, live);
  try {
    return await give({ live, carrier, operator });
  } finally {
    await carrier.close();
  }
}
