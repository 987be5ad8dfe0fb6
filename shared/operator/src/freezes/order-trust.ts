import type { LoadedConfig, OrderTrust } from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { systemAudience } from '../system/audience.js';
import type { Live } from '../system/live.js';

/** What orders to unfreeze are looked at with here. */
export const orderTrust = (
  loaded: LoadedConfig,
  env: NodeJS.ProcessEnv,
  { keyring }: Pick<Live, 'keyring'>,
): OrderTrust => ({ crypto: nodeCrypto, keyring, audience: systemAudience(loaded, env) });
