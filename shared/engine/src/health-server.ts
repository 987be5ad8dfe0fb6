import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { fromEnvironment } from './config/environment.js';
import type { ScrapedMetrics } from './telemetry/metrics.js';
import type { RunningWorker } from './worker.js';

/** How many connections one who asks, or several, may have open. */
const connectionsMax = 64;

export interface ServedHealth {
  readonly workers: readonly RunningWorker[];
  readonly probes: ReadonlyMap<string, () => unknown>;
  readonly metrics?: ScrapedMetrics | undefined;
}

/** Whether this process is to answer for its health; undefined: nobody asks. */
export const healthPort = (env: NodeJS.ProcessEnv): string | undefined =>
  fromEnvironment(env, 'MARKETOPS_HEALTH_PORT');

/**
 * `/health`: 200 when every worker works, 503 when not. `/metrics`: what Prometheus asks. On loopback, unless
 * MARKETOPS_HEALTH_HOST names another address: then whoever reaches it can read both, which hold no secret and no id of a run.
 */
export async function serveHealth(
  served: ServedHealth,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Server | undefined> {
  const port = healthPort(env);
  if (port === undefined) return undefined;
  // Looked at by the second: who sends half a request holds a connection no longer than requestTimeout.
  const server = createServer({ connectionsCheckingInterval: 1_000 }, (request, response) => {
    answer(served, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.requestTimeout = 5_000;
  server.maxConnections = connectionsMax;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), fromEnvironment(env, 'MARKETOPS_HEALTH_HOST') ?? '127.0.0.1', resolve);
  });
  return server;
}

async function answer(
  { workers, probes, metrics }: ServedHealth,
  { url }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (url === '/metrics' && metrics !== undefined) {
    const { contentType, text } = await metrics.scrape();
    return void response.writeHead(200, { 'content-type': contentType }).end(text);
  }
  if (url !== '/health') return void response.writeHead(404).end();
  const queues = workers.map((worker) => ({ queue: worker.queue, healthy: worker.healthy() }));
  const probed = [...probes].map(([name, probe]) => [name, answerOf(probe)] as const);
  const healthy = queues.every((queue) => queue.healthy) && probed.every(([, said]) => said !== failed);
  const body = {
    healthy,
    queues,
    memory_rss_bytes: process.memoryUsage.rss(),
    cpu: process.cpuUsage(),
    ...Object.fromEntries(probed),
  };
  response.writeHead(healthy ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const failed = 'the probe failed';
/** A probe that throws is an answer: health must not end the process it reports on. */
function answerOf(probe: () => unknown): unknown {
  try {
    return probe();
  } catch {
    return failed;
  }
}
