import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { always, type HostileServer, startHostileServer } from './testing/hostile-server.js';
import { at, clientOf, collect, errorOf } from './testing/setup.js';

/* Every answer has a limit on its time, its bytes and its items, however it tries to get around them. */

const servers: HostileServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

async function start(answer: Parameters<typeof startHostileServer>[0]): Promise<string> {
  const server = await startHostileServer(answer);
  servers.push(server);
  return server.url;
}

/** Goes on sending as soon as the last piece has left, for as long as the connection lasts. */
function drip(response: ServerResponse, piece: string): void {
  response.write(piece, (error) => {
    if (error === null || error === undefined) setImmediate(() => drip(response, piece));
  });
}

const limits = { requestTimeoutMs: 100, responseBytesMax: 50_000_000 };

describe('an answer', () => {
  it('that comes a byte at a time is given up when its time is over, whatever still comes', async () => {
    const url = await start((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      drip(response, ' ');
    });
    const error = await errorOf(clientOf(url, limits).getRepository('acme', 'widgets'));
    expect(error).toMatchObject({ code: 'timeout', retry: 'transient' });
    expect(error.message).toContain('100 ms');
  });

  it('whose headers never end is refused', async () => {
    const url = await start((request: IncomingMessage) => {
      const line = `x-padding: ${'x'.repeat(1_000)}\r\n`;
      request.socket.write(`HTTP/1.1 200 OK\r\n${line.repeat(200)}`);
    });
    const error = await errorOf(clientOf(url).getRepository('acme', 'widgets'));
    expect(error).toMatchObject({ code: 'invalid_response' });
  });

  it('whose headers come too slowly is given up', async () => {
    const url = await start(
      (request: IncomingMessage) => void request.socket.write('HTTP/1.1 200 OK\r\nx-a: '),
    );
    const error = await errorOf(clientOf(url, limits).getRepository('acme', 'widgets'));
    expect(error).toMatchObject({ code: 'timeout' });
  });

  it('to an upload has the time of a request, however long the upload may take', async () => {
    const url = await start((request, response) => {
      request.resume();
      request.on('end', () => {
        response.writeHead(201, { 'content-type': 'application/json' });
        drip(response, ' ');
      });
    });
    const client = clientOf(url, { ...limits, requestTimeoutMs: 500, uploadTimeoutMs: 600_000 });
    const path = fileURLToPath(import.meta.url);
    const bytes = readFileSync(path);
    const file = {
      ...{ name: 'one', path, contentType: 'text/plain', sizeBytes: bytes.length },
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
    const error = await errorOf(client.uploadAsset(at, 1, file));
    expect(error).toMatchObject({ code: 'timeout', uncertain: true });
  });

  it('that pretends to be compressed is read as it is, and refused', async () => {
    const url = await start((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(Buffer.alloc(1_000));
    });
    const error = await errorOf(clientOf(url).getRepository('acme', 'widgets'));
    expect(error).toMatchObject({ code: 'invalid_response' });
  });
});

describe('a page', () => {
  const tag = (name: string) => ({ name, commit: { sha: 'a'.repeat(40) } });
  const many = (count: number) => Array.from({ length: count }, (_, index) => tag(`v${index}`));

  it('of more items than were asked for is refused', async () => {
    const url = await start(always(200, many(101)));
    await expect(collect(clientOf(url).listTags(at))).rejects.toMatchObject({ code: 'invalid_response' });
  });

  it('that is full for ever ends in an error, not in a list cut short', async () => {
    const url = await start((request, response) => {
      const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page'));
      const items = many(100).map(({ name }) => tag(`${page}-${name}`));
      always(200, items)(request, response);
    });
    await expect(collect(clientOf(url).listTags(at))).rejects.toMatchObject({ code: 'response_too_large' });
  });

  it('of refs that says it is not all is refused', async () => {
    const url = await start(always(200, [], { link: '<https://attacker.test/>; rel="next"' }));
    expect(await errorOf(clientOf(url).listRefs(at, 'tags/'))).toMatchObject({ code: 'response_too_large' });
  });
});
