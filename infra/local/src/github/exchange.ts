import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, RateLimitStatus } from './call.js';
import { Problem } from './problem.js';

const jsonBytesMax = 1_048_576;
const assetBytesMax = 268_435_456;

/** Reads the whole body, so that nothing is done for a request that breaks off. 413 beyond the limit. */
export function readBody(request: IncomingMessage, isUpload: boolean): Promise<Buffer> {
  const bytesMax = isUpload ? assetBytesMax : jsonBytesMax;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bytesMax) chunks.push(chunk);
      else reject(new Problem(413, `The simulated GitHub takes ${bytesMax} bytes at most.`));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new Error('The client went before its request was complete.')));
  });
}

export const rateLimitHeaders = (status: RateLimitStatus): Record<string, string> => ({
  'x-ratelimit-limit': String(status.limit),
  'x-ratelimit-remaining': String(status.remaining),
  'x-ratelimit-used': String(status.used),
  'x-ratelimit-reset': String(status.resetsAt),
  'x-ratelimit-resource': 'core',
});

export const bytesOf = (answer: Answer): Buffer =>
  answer.json === undefined ? (answer.bytes ?? Buffer.alloc(0)) : Buffer.from(JSON.stringify(answer.json));

/** All headers of an answer but its length. Those of the answer itself win over those given. */
export function headersOf(answer: Answer, given: Readonly<Record<string, string>>): Record<string, string> {
  const type =
    answer.contentType ?? (answer.json === undefined ? undefined : 'application/json; charset=utf-8');
  return {
    server: 'github.com (simulated)',
    'cache-control': 'private, max-age=60, s-maxage=60',
    'x-github-media-type': 'github.v3; format=json',
    ...given,
    ...answer.headers,
    ...(type === undefined ? {} : { 'content-type': type }),
  };
}

const bodiless = new Set([204, 304]);

/** Sends an answer whole. It takes `headers` for its own. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: Buffer,
): void {
  if (!bodiless.has(status)) headers['content-length'] = String(body.length);
  response.writeHead(status, headers);
  response.end(bodiless.has(status) ? undefined : body);
}

/** What a thrown value becomes as an answer. Anything but a `Problem` is this simulator's own fault. */
export function answerOf(thrown: unknown): Answer {
  const problem = thrown instanceof Problem ? thrown : new Problem(500, `Simulator fault: ${String(thrown)}`);
  return { status: problem.status, json: problem.toBody(), headers: problem.headers };
}
