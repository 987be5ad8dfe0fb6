import { createServer, type Server } from 'node:http';
import type { getRequestListener } from '@hono/node-server';
import { ConfigError, type LoadedConfig } from '@marketops/engine';
import { everyAnswer } from './headers.js';

const connectionsMax = 2_048;

/** @throws ConfigError `config_invalid` where it cannot listen there */
export async function listen(
  listener: ReturnType<typeof getRequestListener>,
  { host, port }: LoadedConfig['config']['console'],
): Promise<Server> {
  const server = createServer({ connectionsCheckingInterval: 1_000 }, (request, response) => {
    // Also where a request cannot be read at all, and is answered before it comes to the app.
    for (const [name, value] of Object.entries(everyAnswer)) response.setHeader(name, value);
    void listener(request, response);
  });
  server.maxConnections = connectionsMax;
  server.headersTimeout = 5_000;
  server.requestTimeout = 15_000;
  // Of a connection on which nothing moves: an event stream says something every 15 s, and who reads nothing is let go.
  server.timeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (fault: NodeJS.ErrnoException) => reject(placeFault(fault, host, port)));
    server.listen(port, host, resolve);
  });
  return server;
}

const placeFaults: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something listens there already',
  EACCES: 'this account may not listen there',
  EADDRNOTAVAIL: 'this machine has no such address',
};

const placeFault = (fault: NodeJS.ErrnoException, host: string, port: number): Error => {
  const why = placeFaults[fault.code ?? ''];
  if (why === undefined) return fault;
  return new ConfigError('config_invalid', `The console cannot listen at ${host}, port ${port}: ${why}.`, {
    next: 'Name another place in console.host and console.port of marketops.yml, or in MARKETOPS_CONSOLE_HOST and MARKETOPS_CONSOLE_PORT.',
    cause: fault,
  });
};
