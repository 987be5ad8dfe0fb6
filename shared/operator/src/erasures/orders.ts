import type { EventOf } from '@marketops/contracts';
import { erasureFault, type LoadedConfig } from '@marketops/engine';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { PlacedEvent } from '../ledger/ledger-reader.js';
import { systemAudience } from '../system/audience.js';

export type ErasureOrder = EventOf<'blob.erased'>;

/** Of what was said about a run on `system`, the orders to erase it whose operators’ signatures hold. */
export function ordersIn(
  loaded: LoadedConfig,
  env: NodeJS.ProcessEnv,
  said: readonly PlacedEvent[],
): ErasureOrder[] {
  const orders = said.map(({ event }) => event).filter((event) => event.type === 'blob.erased');
  if (orders.length === 0) return [];
  const trust = {
    crypto: nodeCrypto,
    keyring: openKeyring(nodeCrypto, loaded.keyring),
    audience: systemAudience(loaded, env),
  };
  return orders.filter((order) => erasureFault(trust, order) === undefined);
}
