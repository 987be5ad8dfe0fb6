import { audienceOf, type Engine, queueNames, readHmacKey, readSigningKey } from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { allowListPolicy } from './allow-list.js';
import { authorizationHandler } from './authorization-handler.js';
import { openMint } from './mint.js';
import type { Policy } from './ports/policy.js';

/** What federation decides by; tests may bring their own. */
export interface FederationPorts {
  readonly policy?: Policy;
}

/** Works `{authorizations}`. The mint's keys are read here and go nowhere else. */
export function startFederation(engine: Engine, ports: FederationPorts = {}): void {
  const { config } = engine.loaded;
  const mint = openMint(
    nodeCrypto,
    {
      issuer: config.issuer,
      audience: audienceOf(engine.loaded),
      receiptTtlMs: config.timing.receipt_ttl_ms,
    },
    { ed25519: readSigningKey(engine.keysDir, 'mint'), hmac: readHmacKey(engine.keysDir, 'receipt-hmac') },
  );
  const policy = ports.policy ?? allowListPolicy(nodeCrypto, config.policy);
  engine.work(queueNames.authorizations, authorizationHandler(engine, { crypto: nodeCrypto, policy, mint }));
}
