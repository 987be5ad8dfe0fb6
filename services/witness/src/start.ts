import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cosignatureKeyType, formatVerifierKey } from '@marketops/proof';
import { nodeCrypto as crypto } from '@marketops/proof/node';
import { readConfig } from './config.js';
import { type WitnessPorts, witnessHandler } from './handler.js';
import { openKey } from './key.js';
import { PerAddress } from './per-address.js';
import { WitnessStore } from './store.js';

export interface RunningWitness {
  readonly url: string;
  readonly name: string;
  /** What logs and strangers are given of it. */
  readonly verifierKey: string;
  close(): Promise<void>;
}

/** One address cannot take them all. */
const connectionsMax = 256;
const connectionsPerAddressMax = 64;

/**
 * @param configPath see docs/witness.md
 * @param told `isNew` as `openKey` has it
 * @throws WitnessError, ProofError; what the system says of the address
 */
export async function startWitness(
  configPath: string,
  { isNew = false, ...told }: Pick<WitnessPorts, 'onFault' | 'onRefused'> & { readonly isNew?: boolean },
): Promise<RunningWitness> {
  const { name, host, port, dataDir, logs } = readConfig(configPath, crypto);
  const key = openKey(dataDir, name, isNew);
  const store = new WitnessStore(dataDir, crypto);
  await store.removeDrafts(Date.now());
  // What it cannot remember it must not find out at the first request.
  for (const origin of logs.keys()) await store.latest(origin);
  const server = createServer(
    // Who connects and says nothing is looked for that often; by itself Node looks every 30 s.
    { connectionsCheckingInterval: 1_000 },
    witnessHandler({ crypto, key, logs, store, nowMs: () => Date.now(), ...told }),
  );
  server.maxConnections = connectionsMax;
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  const perAddress = new PerAddress(connectionsPerAddressMax);
  server.on('connection', (socket) => {
    if (!perAddress.admit(socket.remoteAddress)) return socket.destroy();
    const { remoteAddress } = socket;
    return socket.once('close', () => perAddress.leave(remoteAddress));
  });
  server.listen(port, host);
  await once(server, 'listening');
  const at = server.address() as AddressInfo;
  return {
    url: `http://${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}`,
    name,
    verifierKey: formatVerifierKey(crypto, key, cosignatureKeyType),
    async close() {
      server.close();
      server.closeIdleConnections();
      const killed = setTimeout(() => server.closeAllConnections(), 2_000);
      await once(server, 'close');
      clearTimeout(killed);
    },
  };
}
