import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface S3Object {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

export interface TestS3 {
  readonly endpoint: string;
  readonly objects: Map<string, S3Object>;
  /** Method and path of every request, in their order. */
  readonly requests: string[];
  /** Asked before each request is served: it may answer with a status of its own, or fall silent with `hang`. */
  fault: (method: string, key: string) => number | 'hang' | 'lose-answer' | undefined;
  close(): Promise<void>;
}

const bodyBytesMax = 20_000_000;

/**
 * A small S3 on loopback: objects by path, with the conditions of PUT that a log depends on. Every write is atomic, as S3
 * promises; every request must be signed, and the signature is not checked.
 */
export async function startTestS3(): Promise<TestS3> {
  const objects = new Map<string, S3Object>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    serve(s3, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const s3: TestS3 = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    requests,
    fault: () => undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return s3;
}

async function serve(s3: TestS3, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '/' } = request;
  const key = decodeURIComponent(new URL(url, 'http://s3').pathname).slice(1);
  s3.requests.push(`${method} ${key}`);
  const body = await bodyOf(request);
  if (!String(request.headers.authorization ?? '').startsWith('AWS4-HMAC-SHA256 '))
    return refuse(response, 403, 'AccessDenied');
  const fault = s3.fault(method, key);
  if (fault === 'hang') return;
  if (typeof fault === 'number') return refuse(response, fault, 'TestFault');
  if (method === 'PUT') return put(s3, request, response, key, body, fault === 'lose-answer');
  const object = s3.objects.get(key);
  if (method === 'DELETE') {
    s3.objects.delete(key);
    response.writeHead(204).end();
    return;
  }
  if (method !== 'GET') return refuse(response, 405, 'MethodNotAllowed');
  if (object === undefined) return refuse(response, 404, 'NoSuchKey');
  response.writeHead(200, {
    etag: object.etag,
    'content-type': object.contentType,
    'cache-control': object.cacheControl,
    'content-length': object.bytes.length,
  });
  response.end(object.bytes);
}

function put(
  s3: TestS3,
  request: IncomingMessage,
  response: ServerResponse,
  key: string,
  bytes: Buffer,
  loseAnswer: boolean,
): void {
  const there = s3.objects.get(key);
  const ifMatch = request.headers['if-match'];
  if (request.headers['if-none-match'] === '*' && there !== undefined)
    return void refuse(response, 412, 'PreconditionFailed');
  if (ifMatch !== undefined && there === undefined) return void refuse(response, 404, 'NoSuchKey');
  if (ifMatch !== undefined && ifMatch !== there?.etag)
    return void refuse(response, 412, 'PreconditionFailed');
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  s3.objects.set(key, {
    bytes,
    etag,
    contentType: String(request.headers['content-type'] ?? ''),
    cacheControl: String(request.headers['cache-control'] ?? ''),
  });
  if (loseAnswer) {
    response.destroy();
    return;
  }
  response.writeHead(200, { etag, 'content-length': 0 }).end();
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += (part as Buffer).length;
    if (length > bodyBytesMax) throw new Error('the body is too large');
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': body.length }).end(body);
}
