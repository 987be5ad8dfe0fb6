import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { AnswerQueue } from './answer-queue.js';
import { ByteBudget } from './byte-budget.js';
import { TlogError } from './errors.js';
import { headersOf } from './headers.js';
import { bytesMaxOf, type LogResource, parsePath, pathOf } from './layout.js';
import type { TileSource } from './ports.js';

const compress = promisify(gzip);

export interface LogHandlerOptions {
  /** Told of faults that are not the asker's. */
  readonly onFault?: (fault: unknown) => void;
  /** Bytes of the log that are held at once, read or on their way out; a full bundle is at most 16.8 MB. */
  readonly bytesHeldMax?: number;
  /** How long an asker waits for others to be done, before it is told to come again. */
  readonly waitMs?: number;
}

/**
 * Serves a log read-only: GET and HEAD of the checkpoint, tiles and bundles, and nothing else. A path is parsed and spelled
 * anew before anything is looked up, so no spelling of one leads out of the log. It answers one request of a connection at a
 * time, and holds a bounded number of bytes for all of them together.
 */
export function logHandler(
  source: TileSource,
  { onFault = () => undefined, bytesHeldMax = 67_108_864, waitMs = 5_000 }: LogHandlerOptions = {},
) {
  const queue = new AnswerQueue();
  const budget = new ByteBudget(bytesHeldMax);
  return (request: IncomingMessage, response: ServerResponse): void =>
    queue.push(request, response, () =>
      answer({ source, budget, waitMs }, request, response).catch((fault: unknown) => {
        onFault(fault);
        if (response.headersSent) response.destroy();
        else refuse(response, 503, 'The log cannot be read at the moment.');
      }),
    );
}

interface Serving {
  readonly source: TileSource;
  readonly budget: ByteBudget;
  readonly waitMs: number;
}

async function answer(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '/' } = request;
  // Anybody may read it from anywhere, a page in a browser too: there is nothing here that is not public.
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('x-content-type-options', 'nosniff');
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return refuse(response, 405, 'A log is only read.');
  }
  const resource = resourceOf(url);
  if (resource === undefined) return refuse(response, 404, 'This is no resource of the log.');
  const { budget, waitMs } = serving;
  let held = await budget.take(bytesMaxOf(resource), waitMs);
  if (held === undefined) {
    response.setHeader('retry-after', '1');
    return refuse(response, 503, 'Too many ask at the moment.');
  }
  const hold = (bytes: number): void => {
    budget.give((held ?? 0) - bytes);
    held = bytes;
  };
  try {
    await answerWith(serving.source, resource, request, response, hold);
    await sent(response);
  } finally {
    hold(0);
  }
}

/** @param hold told how many bytes there are after all, fewer than were set aside */
async function answerWith(
  source: TileSource,
  resource: LogResource,
  request: IncomingMessage,
  response: ServerResponse,
  hold: (bytes: number) => void,
): Promise<void> {
  const bytes = await source.read(pathOf(resource), bytesMaxOf(resource));
  if (bytes === undefined)
    return refuse(response, 404, 'The log does not have this, or not yet, or not any more.');
  hold(bytes.length);
  const { contentType, cacheControl } = headersOf(resource);
  response.setHeader('content-type', contentType);
  response.setHeader('cache-control', cacheControl);
  let body: Uint8Array | undefined = bytes;
  if (resource.kind === 'entries') {
    // Entries are JSON: a fifth of their size travels. Hashes do not get smaller.
    response.setHeader('vary', 'accept-encoding');
    if (acceptsGzip(request)) {
      response.setHeader('content-encoding', 'gzip');
      // How long it would be is not worth the work to whoever does not want it.
      body = request.method === 'HEAD' ? undefined : await compress(bytes);
    }
  }
  if (body !== undefined) {
    hold(body.length);
    response.setHeader('content-length', body.length);
  }
  response.writeHead(200);
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** When the system has taken all of it, or the asker is gone. */
async function sent(response: ServerResponse): Promise<void> {
  if (response.writableFinished || response.destroyed || response.socket?.destroyed !== false) return;
  await new Promise<void>((resolve) => {
    response.once('finish', () => resolve()).once('close', () => resolve());
  });
}

function resourceOf(url: string): LogResource | undefined {
  try {
    return parsePath(url.slice(1));
  } catch (fault) {
    if (fault instanceof TlogError) return undefined;
    throw fault;
  }
}

function acceptsGzip({ headers }: IncomingMessage): boolean {
  const accepted = String(headers['accept-encoding'] ?? '').split(',');
  return accepted.some((one) => /^\s*gzip\s*(?:;\s*q=(?:1(?:\.0*)?|0?\.[0-9]*[1-9][0-9]*)\s*)?$/i.test(one));
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.writeHead(status);
  response.end(`${why}\n`);
}
