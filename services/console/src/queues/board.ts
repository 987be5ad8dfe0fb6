import { createRequire } from 'node:module';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { serveStatic } from '@hono/node-server/serve-static';
import { type ConnectionOptions, Queue } from 'bullmq';
import type { Context } from 'hono';
import { tenantsWith } from '../access/caller.js';
import { queueNamesOf } from '../api/operations/handlers.js';
import { allowed } from '../server/guard.js';
import { pagePolicy } from '../server/headers.js';
import type { ConsoleApp } from '../server/serve.js';
import type { World } from '../world/world.js';
import { redacted } from './redacted.js';

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
/** Its page names a base of its own. */
const boardPolicy = pagePolicy.replace("base-uri 'none'", "base-uri 'self'");
/** It links web fonts; with the policy they would only be refused, so the links go out of the page. */
const outside = /<link[^>]+href="https?:[^>]*>/g;

/**
 * Bull Board, behind the same sign-in as everything else: for whoever may see every tenant, since jobs of all of them stand in the
 * same queues. Read-only unless the caller is an operator of all of them. What jobs hold is redacted: a board is for looking at queues.
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
  const serve = async (c: Context): Promise<Response> => {
    const { caller } = allowed(c, world, 'getOverview');
    const operates = tenantsWith(caller, ['operator']) === 'all';
    const url = new URL(c.req.url);
    url.pathname = url.pathname.slice(basePath.length) || '/';
    const request = new Request(url, c.req.raw);
    const answer = await boards[operates ? 'operating' : 'looking'].fetch(request, c.env);
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

function boardOf(queues: readonly Queue[], readOnlyMode: boolean) {
  const serverAdapter = new HonoAdapter(serveStatic);
  serverAdapter.setBasePath(basePath);
  createBullBoard({
    queues: queues.map((queue) => {
      const adapter = new BullMQAdapter(queue, { readOnlyMode });
      for (const field of ['data', 'returnValue', 'progress'] as const) adapter.setFormatter(field, redacted);
      return adapter;
    }),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'MarketOps queues' } },
  });
  return serverAdapter.registerPlugin();
}
