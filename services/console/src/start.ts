import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { type Engine, type LiveKeyring, type LoadedConfig, listenToLedger } from '@marketops/engine';
import { ledgerPaths } from '@marketops/journal';
import { systemAudience } from '@marketops/operator';
import { openApiKeys } from '@marketops/operator/api-keys';
import { openBlobs } from '@marketops/operator/reading';
import { nodeCrypto } from '@marketops/proof/node';
import { connectRedis } from '@marketops/store';
import { RefusalAudit } from './access/audit.js';
import { serveLogin } from './access/login/oidc.js';
import { RateLimit } from './access/rate-limit.js';
import { Sessions } from './access/sessions.js';
import { openStreams } from './api/runs/messages.js';
import { serveQueues } from './queues/board.js';
import { openRunIndex } from './run-index/index.js';
import { createApp } from './server/app.js';
import { serveDocs } from './server/docs.js';
import { listen } from './server/listen.js';
import { serveStatic } from './server/static.js';
import { collectConsole } from './telemetry/measured.js';
import { openReading } from './world/reading.js';
import type { World } from './world/world.js';

export interface RunningConsole {
  /** As it listens. */
  readonly url: string;
  readonly world: World;
}

/** One address may ask this many times as often as one caller: behind a proxy all come from there. */
const perAddress = 20;
const failuresPerMinute = 30;
/** What is still being answered when the process stops has this long. */
const goodbyeMs = 5_000;
const webFolder = fileURLToPath(new URL('../web/dist', import.meta.url));

/** Starts the HTTP API and the console in the browser over the services of a process. @throws ConfigError `config_invalid` for an address where it cannot listen */
export async function startConsole(
  engine: Engine,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RunningConsole> {
  const settings = engine.loaded.config.console;
  const stopping = new AbortController();
  const loaded = (): LoadedConfig => {
    const { published } = engine.keyring as Partial<LiveKeyring>;
    return published === undefined ? engine.loaded : { ...engine.loaded, keyring: published };
  };
  const audience = () => systemAudience(engine.loaded, env);
  const audit = new RefusalAudit(engine);
  const redis = connectRedis(engine.loaded.redisUrl, { maxRetriesPerRequest: 1 });
  const reading = openReading(loaded, env);
  const index = openRunIndex({
    folder: `${engine.loaded.dataDir}/console/run-index`,
    journal: ledgerPaths(engine.loaded.dataDir).journal,
    keyring: () => loaded().keyring,
    blobs: openBlobs(engine.loaded.dataDir),
    onFault: (fault) => engine.log.error({ fault }, 'the list of runs cannot be kept'),
  });
  const own = { origins: new Set<string>(), hosts: new Set<string>() };
  const world: World = {
    ...{ engine, env, loaded, audience, reading, index, redis, audit },
    trust: () => ({ crypto: nodeCrypto, keyring: engine.keyring, audience: audience() }),
    acknowledgements: await listenToLedger(engine),
    keys: openApiKeys(engine.loaded.dataDir),
    keyUses: new Map(),
    sessions: new Sessions(),
    limits: {
      callers: new RateLimit(settings.requests_per_minute),
      addresses: new RateLimit(settings.requests_per_minute * perAddress),
      failures: new RateLimit(failuresPerMinute),
    },
    origins: own.origins,
    secure: settings.public_url?.startsWith('https:') ?? false,
    hosts: () => own.hosts,
    nowMs: () => engine.clock.nowMs(),
    stopping: stopping.signal,
  };
  const app = createApp(world);
  serveLogin(app, world);
  const queues = serveQueues(app, world);
  await serveDocs(app);
  await serveStatic(app, webFolder);
  const server = await listen(getRequestListener(app.fetch), settings);
  const { port } = server.address() as AddressInfo;
  nameOurselves(own, settings, port);
  collectConsole(world, openStreams);
  engine.every(60_000, 'refusals', () => audit.flush());
  engine.health('console', () => ({
    url: `${settings.host === '0.0.0.0' ? '127.0.0.1' : settings.host}:${port}`,
    runs: index.state(),
  }));
  engine.onStop(async () => {
    stopping.abort();
    await closed(server);
    await index.close();
    await reading.close();
    // Redis may be away, and what waits for it would wait for ever.
    await atMost(goodbyeMs, audit.flush());
    await atMost(goodbyeMs, queues.close());
    redis.disconnect();
  });
  const shownHost = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return { url: `http://${shownHost}:${port}`, world };
}

/** The public name first: it is what sign-ins come back to. */
function nameOurselves(
  { origins, hosts }: { readonly origins: Set<string>; readonly hosts: Set<string> },
  { public_url: publicUrl, host }: LoadedConfig['config']['console'],
  port: number,
): void {
  if (publicUrl !== undefined) {
    const url = new URL(publicUrl);
    origins.add(url.origin);
    hosts.add(url.host.toLowerCase());
  }
  const names = new Set([host, '127.0.0.1', 'localhost', '[::1]']);
  names.delete('0.0.0.0');
  names.delete('::');
  for (const name of names) {
    hosts.add(`${name}:${port}`.toLowerCase());
    // Where there is a public name, pages are used under that alone.
    if (publicUrl === undefined) origins.add(`http://${name}:${port}`.toLowerCase());
  }
}

/** Waits for it, but not for longer than that. */
async function atMost(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

async function closed(server: Server): Promise<void> {
  const over = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), goodbyeMs);
  await over;
  clearTimeout(timer);
}
