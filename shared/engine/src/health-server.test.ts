import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { healthPort, serveHealth } from './health-server.js';
import { openPrometheus } from './telemetry/prometheus.js';

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

const nothing = { workers: [], probes: new Map() };
const listening = (): AddressInfo => {
  const address = server?.address();
  if (typeof address !== 'object' || address === null) throw new RangeError('nobody listens');
  return address;
};
const at = (path: string): Promise<Response> => {
  const { address, port } = listening();
  return fetch(`http://${address}:${port}${path}`, { signal: AbortSignal.timeout(5_000) });
};

it('given no port, then nobody is answered', async () => {
  expect(healthPort({})).toBeUndefined();
  expect(healthPort({ MARKETOPS_HEALTH_PORT: '' })).toBeUndefined();
  expect(await serveHealth(nothing, {})).toBeUndefined();
});

it('given metrics, then /metrics is what Prometheus reads, on loopback', async () => {
  const metrics = openPrometheus('planner');
  metrics.count('marketops_runs_stalled_total', {});
  server = await serveHealth({ ...nothing, metrics }, { MARKETOPS_HEALTH_PORT: '0' });
  expect(listening().address).toBe('127.0.0.1');
  const answer = await at('/metrics');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/plain; version=0.0.4'),
  ]);
  expect(await answer.text()).toContain('marketops_runs_stalled_total{service="planner"} 1');
});

it('given none, or another path, then there is nothing there; and health is told all the same', async () => {
  server = await serveHealth(nothing, { MARKETOPS_HEALTH_PORT: '0' });
  expect([
    (await at('/metrics')).status,
    (await at('/metrics/x')).status,
    (await at('/health')).status,
  ]).toEqual([404, 404, 200]);
});

it('given metrics that cannot be told, then the answer says so and the process goes on', async () => {
  const metrics = { ...openPrometheus('planner'), scrape: () => Promise.reject(new Error('a defect')) };
  server = await serveHealth({ ...nothing, metrics }, { MARKETOPS_HEALTH_PORT: '0' });
  expect([(await at('/metrics')).status, (await at('/health')).status]).toEqual([500, 200]);
});

it('given an address to listen on, then it is that one', async () => {
  server = await serveHealth(nothing, { MARKETOPS_HEALTH_PORT: '0', MARKETOPS_HEALTH_HOST: '127.0.0.2' });
  expect(listening().address).toBe('127.0.0.2');
  expect((await at('/health')).status).toBe(200);
});
