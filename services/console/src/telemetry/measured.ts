import { type Metrics, metricsOff } from '@marketops/engine';
import type { MiddlewareHandler } from 'hono';
import type { ConsoleEnvironment } from '../server/environment.js';
import type { World } from '../world/world.js';

/** What the console measures of itself; nothing where nobody can ask for it. */
export const metricsOf = ({ engine }: Pick<World, 'engine'>): Metrics =>
  engine.telemetry?.metrics ?? metricsOff;

/** Pages, files and what nothing answers for have one route together: what is asked for there is anybody's to choose. */
const noRoute = 'none';

/** Counts and times what is answered, by the operation of the API. An event stream counts until it begins. */
export const measured =
  (metrics: Metrics): MiddlewareHandler<ConsoleEnvironment> =>
  async (c, next) => {
    const beganMs = performance.now();
    await next();
    const route = c.get('operation') ?? noRoute;
    const status = `${Math.floor(c.res.status / 100)}xx`;
    metrics.count('marketops_http_requests_total', { route, status });
    metrics.observe(
      'marketops_http_request_duration_seconds',
      { route },
      (performance.now() - beganMs) / 1_000,
    );
  };

/** What is asked of the console at each scrape. */
export function collectConsole(
  world: Pick<World, 'engine' | 'index' | 'reading'>,
  openStreams: () => number,
): void {
  const metrics = metricsOf(world);
  metrics.onScrape('run_index', async () => {
    const { state, position, runs } = world.index.state();
    metrics.set('marketops_http_event_streams', {}, openStreams());
    metrics.set('marketops_run_index_live', {}, state === 'live' ? 1 : 0);
    metrics.set('marketops_run_index_runs', {}, runs);
    metrics.clear('marketops_run_index_lag_entries');
    const { ledger } = await world.reading.runs();
    const head = ledger?.index.head()?.sequence;
    if (head !== undefined) metrics.set('marketops_run_index_lag_entries', {}, Math.max(0, head - position));
  });
}
