import { createRequire } from 'node:module';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { serveStatic } from '@hono/node-server/serve-static';
import { type ConnectionOptions, Queue } from 'bullmq';
import type { Context } from 'hono';
import { tenantsWith } from '../access/caller.js';
import { queueNamesOf } from '../api/operations/handlers.js';
import { ConsoleError } from '../errors.js';
import type { ConsoleEnvironment } from '../server/environment.js';
import { allowed } from '../server/guard.js';
import { pagePolicy } from '../server/headers.js';
import type { ConsoleApp } from '../server/serve.js';
import type { World } from '../world/world.js';
import { redacted } from './redacted.js';
import { isLooking, isTending } from './tending.js';

/** Of the adapter what is used here. Its own types name those of every runtime that it could run on. */
type ServerAdapter = Parameters<typeof createBullBoard>[0]['serverAdapter'];
interface BoardAdapter extends ServerAdapter {
  setBasePath(path: string): this;
  registerPlugin(): { fetch(request: Request, env: unknown): Response | Promise<Response> };
}
const { HonoAdapter } = createRequire(import.meta.url)('@bull-board/hono') as {
  readonly HonoAdapter: new (serve: typeof serveStatic) => BoardAdapter;
};

const basePath = '/queues';
/** Each job is read whole. */
const jobsPerPageMax = 100;
/** Its page names a base of its own. */
const boardPolicy = pagePolicy.replace("base-uri 'none'", "base-uri 'self'");
/** It links web fonts; with the policy they would only be refused, so the links go out of the page. */
const outside = /<link[^>]+href="https?:[^>]*>/g;

/**
 * Bull Board, behind the same sign-in as everything else: for whoever may see every tenant, since jobs of all of them stand in the
 * same queues. Read-only unless the caller is an operator of all of them, who may tend jobs and write none. What jobs hold is
 * redacted: a board is for looking at queues.
 */
export function serveQueues(app: ConsoleApp, world: World): { close(): Promise<void> } {
  const connection = world.redis as unknown as ConnectionOptions;
  const queues = queueNamesOf(world).map((name) => {
    const queue = new Queue(name, { connection, skipVersionCheck: true, skipMetasUpdate: true });
    // Its commands report their own failures.
    queue.on('error', () => undefined);
    return queue;
  });
  const boards = { looking: boardOf(queues, true), operating: boardOf(queues, false) };
  const serve = async (c: Context<ConsoleEnvironment>): Promise<Response> => {
    c.set('operation', 'getOverview');
    const { caller } = allowed(c, world, 'getOverview');
    const operates = tenantsWith(caller, ['operator']) === 'all';
    const url = new URL(c.req.url);
    url.pathname = url.pathname.slice(basePath.length) || '/';
    const asked = Number(url.searchParams.get('jobsPerPage') ?? 0);
    if (!(asked <= jobsPerPageMax)) url.searchParams.set('jobsPerPage', String(jobsPerPageMax));
    const { method } = c.req;
    if (!isLooking(method)) {
      if (!operates || !isTending(method, url.pathname)) throw mayNot(caller.principal, operates);
      const done = { by: caller.principal, method, path: url.pathname.slice(0, 300) };
      world.engine.log.info(done, 'an operator tends a queue');
    }
    const request = new Request(url, c.req.raw);
    const answer = await boards[operates ? 'operating' : 'looking'].fetch(request, c.env);
    if (answer.status >= 500) {
      const fault = (await answer.text()).slice(0, 2_000);
      world.engine.log.error(
        { fault, request: c.get('requestId') },
        'the board of queues failed at a request',
      );
      throw failed();
    }
    const isPage = answer.headers.get('content-type')?.startsWith('text/html') === true;
    if (!isPage) return answer;
    const page = (await answer.text()).replace(outside, '');
    return c.html(page, 200, { 'content-security-policy': boardPolicy });
  };
  app.all(basePath, serve);
  app.all(`${basePath}/*`, serve);
  return {
    async close() {
      await Promise.all(queues.map((queue) => queue.close().catch(() => undefined)));
    },
  };
}

const mayNot = (principal: string, operates: boolean): ConsoleError =>
  operates
    ? new ConsoleError('forbidden', 'jobs are tended on the board, and neither written nor changed', {
        next: 'Submit a plan for a new job; freeze to stop what must not happen.',
      })
    : new ConsoleError('forbidden', `${principal} may only look at the queues: it takes the role operator`, {
        next: 'Ask an admin for a key or a grant with that role for every tenant.',
      });

/**
 * Of the queues that upstream systems add to. The others hold what services tell each other: hints that the sweeper makes again,
 * and the console’s user of Redis may not touch them (law F4), whoever is at the screen.
 */
const isOfUpstream = (queue: Queue): boolean => queue.name.startsWith('{plans-');

/** What Redis or a library said of it stands in the log. */
const failed = (): ConsoleError =>
  new ConsoleError(
    'unavailable',
    'the board could not do this: Redis does not answer, or does not allow it',
    {
      next: 'Try again in a moment; the log of the console says why.',
      retry: 'transient',
      retryAfter: 5,
    },
  );

function boardOf(queues: readonly Queue[], isReadOnly: boolean) {
  const serverAdapter = new HonoAdapter(serveStatic);
  serverAdapter.setBasePath(basePath);
  createBullBoard({
    queues: queues.map((queue) => {
      const adapter = new BullMQAdapter(queue, { readOnlyMode: isReadOnly || !isOfUpstream(queue) });
      for (const field of ['data', 'returnValue', 'progress'] as const)
        adapter.setFormatter(field, (value: unknown) => redacted(value));
      return adapter;
    }),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'MarketOps queues' } },
  });
  return serverAdapter.registerPlugin();
}
