import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { InputError, type InputFault, limits } from '@marketops/contracts';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { refuseForeignHost } from '../access/origin.js';
import { serveApprovals } from '../api/approvals/handlers.js';
import { serveApiKeys } from '../api/keys/handlers.js';
import { serveLedger } from '../api/ledger/handlers.js';
import { serveOperations } from '../api/operations/handlers.js';
import { serveOrders } from '../api/orders/handlers.js';
import { serveReceipts } from '../api/receipts/handlers.js';
import { answerOf, problemResponse, refusalAnswer } from '../api/respond.js';
import { serveRuns } from '../api/runs/handlers.js';
import { serveSession } from '../api/session/handlers.js';
import { ConsoleError } from '../errors.js';
import { measured, metricsOf } from '../telemetry/measured.js';
import type { World } from '../world/world.js';
import type { ConsoleEnvironment } from './environment.js';
import { securityHeaders } from './headers.js';
import type { ConsoleApp } from './serve.js';

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code?: string;
}

/** All faults of what was sent, each with its place. A mode that is none has a code of its own (law D3). */
function inputError(target: string, issues: readonly Issue[]): InputError {
  const faults: InputFault[] = issues.slice(0, 100).map(({ path, message }) => ({
    path: path.map(String).join('.').slice(0, 300),
    message: message.slice(0, 500).toWellFormed(),
  }));
  const isMode = target === 'json' && issues.some(({ path }) => path.length === 1 && path[0] === 'mode');
  const where = { json: 'the body', query: 'the query', param: 'the path', header: 'the headers' }[target];
  return new InputError(
    isMode ? 'mode_invalid' : 'request_invalid',
    `${where ?? 'the request'} is not valid: ${faults[0]?.path ?? ''} ${faults[0]?.message ?? ''}`.trim(),
    { next: isMode ? 'Write mode: dry_run or mode: prod.' : 'Correct the fields named.', faults },
  );
}

/** The HTTP API: everything below /v1. */
export function createApp(world: World): ConsoleApp {
  const app: ConsoleApp = new OpenAPIHono<ConsoleEnvironment>({
    defaultHook: (result) => {
      if (!result.success) throw inputError(result.target, result.error.issues as Issue[]);
    },
  });
  app.use(measured(metricsOf(world)));
  app.use(async (c, next) => {
    c.set('requestId', randomUUID());
    c.header('x-request-id', c.get('requestId'));
    await next();
  });
  app.use(securityHeaders(world.secure));
  app.use(async (c, next) => {
    refuseForeignHost(c, world.hosts());
    await next();
  });
  app.use(
    bodyLimit({
      maxSize: limits.requestBytesMax,
      onError: () => {
        throw new HTTPException(413, {
          message: `a request has at most ${limits.requestBytesMax} bytes`,
        });
      },
    }),
  );
  app.onError((fault, c) => {
    const instance = c.get('requestId');
    const operation = c.get('operation') ?? 'none';
    const answer = refusalAnswer(world, fault, { operation, caller: c.get('known'), instance });
    return problemResponse(c, answer, instance);
  });
  app.notFound((c) =>
    problemResponse(
      c,
      answerOf(
        new ConsoleError('not_found', `there is nothing at ${c.req.path.slice(0, 200)}`, {
          next: 'See /docs for what there is.',
        }),
      ),
      c.get('requestId'),
    ),
  );
  serveSession(app, world);
  serveRuns(app, world);
  serveApprovals(app, world);
  serveOrders(app, world);
  serveReceipts(app, world);
  serveLedger(app, world);
  serveOperations(app, world);
  serveApiKeys(app, world);
  return app;
}
