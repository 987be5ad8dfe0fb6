import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '@marketops/engine';
import { ledgerPaths } from '@marketops/journal';
import { reasonOf } from '@marketops/operator/words';
import { formatVerifierKey } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { logHandler, openPlace } from '@marketops/tlog';
import type { Invocation } from '../command.js';
import type { LedgerServeFlags } from '../commands/ledger-serve.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { untilInterrupted } from '../processes/until-interrupted.js';
import { sanitize } from '../sanitize.js';

/** More than that many at once are closed again. */
const connectionsMax = 128;

export async function ledgerServe(
  { output, env, configPath, signal }: Invocation,
  _args: readonly string[],
  flags: LedgerServeFlags,
): Promise<number> {
  const address = parseListen(flags.listen);
  const { config, dataDir, root, keyring } = loadConfig(configPath, env);
  const place = await openPlace(config.ledger.tiles, { root, folder: ledgerPaths(dataDir).tiles });
  const onFault = (fault: unknown) => output.note(sanitize(`The log cannot be read: ${reasonOf(fault)}`));
  // Who connects and says nothing is looked for that often; by itself Node looks every 30 s.
  const server = createServer({ connectionsCheckingInterval: 1_000 }, logHandler(place, { onFault }));
  server.maxConnections = connectionsMax;
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  server.timeout = 20_000;
  try {
    const url = await listen(server, address);
    const keys = keyring.keys
      .filter(({ purpose, revoked_at }) => purpose === 'checkpoint' && revoked_at === null)
      .map((key) => formatVerifierKey(nodeCrypto, { name: keyring.log_origin, publicKey: key.public_key }));
    output.record({ url, origin: keyring.log_origin, place: place.name, verifier_keys: keys });
    output.line(`Serving ${sanitize(place.name)} at ${url}, read-only. Ctrl-C stops.`);
    output.line(`  origin        ${sanitize(keyring.log_origin)}`);
    for (const key of keys) output.line(`  verifier key  ${sanitize(key)}`);
    await untilInterrupted(signal);
  } finally {
    server.closeAllConnections();
    server.close();
    place.close?.();
  }
  return exitCodes.held;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** @throws CliError `usage_invalid` */
function parseListen(text: string): Address {
  const [, bracketed, plain, portText = ''] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(portText);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new CliError('usage_invalid', '--listen must be a host and a port', {
    next: 'Such as 127.0.0.1:8095, or [::1]:8095.',
  });
}

/** @returns where it is to be reached @throws CliError `listen_failed` */
async function listen(server: Server, { host, port }: Address): Promise<string> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    throw new CliError('listen_failed', `${host}:${port} cannot be listened on: ${reasonOf(cause)}`, {
      next: 'Choose another with --listen, or stop what listens there.',
      cause,
    });
  }
  const at = server.address() as AddressInfo;
  return `http://${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}`;
}
