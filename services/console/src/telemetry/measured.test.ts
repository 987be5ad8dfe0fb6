import { OpenAPIHono } from '@hono/zod-openapi';
import { type Metrics, metricsOff } from '@marketops/engine';
import { expect, it } from 'vitest';
import type { ConsoleEnvironment } from '../server/environment.js';
import { measured } from './measured.js';

it('given answers, refusals and failures, then each counts under its operation and its status, and never under its address', async () => {
  const counted: unknown[] = [];
  const timed: unknown[] = [];
  const metrics: Metrics = {
    ...metricsOff,
    count: (name, labels) => counted.push([name, labels]),
    observe: (name, labels, value) => timed.push([name, labels, value >= 0]),
  };
  const app = new OpenAPIHono<ConsoleEnvironment>();
  app.use(measured(metrics));
  app.onError((_, c) => c.body(null, 503));
  app.get('/v1/runs/:run_id', (c) => {
    c.set('operation', 'getRun');
    if (c.req.param('run_id') === 'bad') throw new RangeError('it failed');
    return c.body('');
  });
  for (const path of ['/v1/runs/run_1', '/v1/runs/bad', '/nothing/at/all']) await app.request(path);
  const of = (route: string, status: string) => ['marketops_http_requests_total', { route, status }];
  expect(counted).toEqual([of('getRun', '2xx'), of('getRun', '5xx'), of('none', '4xx')]);
  expect(timed).toEqual(
    ['getRun', 'getRun', 'none'].map((route) => ['marketops_http_request_duration_seconds', { route }, true]),
  );
});
