import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TlogError } from './errors.js';
import { logHandler } from './http-handler.js';
import { httpSource } from './places/http-source.js';
import type { TileSource } from './ports.js';
import { folderForTest, type TestPlace } from './testing/places.js';

const refused = (code: string) => expect.objectContaining({ code });
const servers: Server[] = [];

async function listen(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(handler ?? (() => undefined));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let at: TestPlace;
beforeEach(async () => {
  at = await folderForTest();
  await at.place.write([
    { path: 'tile/0/000', bytes: Buffer.alloc(8_192, 1) },
    { path: 'tile/0/001.p/3', bytes: Buffer.alloc(96, 2) },
    { path: 'tile/entries/000', bytes: Buffer.from('{"entry":0}'.repeat(100)) },
  ]);
  await at.place.writeCheckpoint(Buffer.from('origin\n'), undefined);
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
  await at.close();
});

/** As it is on the wire: fetch would tidy the path up first. */
function raw(base: string, path: string, method = 'GET', headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>(
    (resolve, reject) => {
      const asked = request(base, { path, method, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts),
          }),
        );
      });
      asked.on('error', reject);
      asked.end();
    },
  );
}

describe('the read-only handler', () => {
  test.each([
    ['/checkpoint', 'text/plain; charset=utf-8', 'no-store'],
    ['/tile/0/000', 'application/octet-stream', 'public, max-age=31536000, immutable'],
    ['/tile/0/001.p/3', 'application/octet-stream', 'public, max-age=300'],
    ['/tile/entries/000', 'application/octet-stream', 'public, max-age=31536000, immutable'],
  ])('given %s, then its type is %s and its cache header %s', async (path, type, cache) => {
    const base = await listen(logHandler(at.place));
    const got = await raw(base, path);
    expect(got).toMatchObject({
      status: 200,
      headers: {
        'content-type': type,
        'cache-control': cache,
        'x-content-type-options': 'nosniff',
        'access-control-allow-origin': '*',
      },
    });
    const head = await raw(base, path, 'HEAD');
    expect(head.body).toHaveLength(0);
    expect(head.headers['content-length']).toBe(String(got.body.length));
  });

  test('given gzip, then entries travel small; without it, or refused, they travel as they are', async () => {
    const base = await listen(logHandler(at.place));
    const small = await raw(base, '/tile/entries/000', 'GET', { 'accept-encoding': 'br, gzip;q=0.5' });
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(small.body.length).toBeLessThan(200);
    for (const accept of ['', 'gzip;q=0', 'br']) {
      const plain = await raw(base, '/tile/entries/000', 'GET', { 'accept-encoding': accept });
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(gunzipSync(small.body)).toEqual(plain.body);
    }
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'given %s, then it is not allowed',
    async (method) => {
      const base = await listen(logHandler(at.place));
      const got = await raw(base, '/checkpoint', method);
      expect(got).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    },
  );

  test.each([
    '/',
    '/tile/0/002',
    '/tile/0/000.p/3',
    '/checkpoint?x=1',
    '/checkpoint/',
    '//checkpoint',
    '/../checkpoint',
    '/tile/0/../../checkpoint',
    '/tile/0/%2e%2e/%2e%2e/checkpoint',
    '/tile/0/..%2f..%2f..%2fetc%2fpasswd',
    '/etc/passwd',
  ])('given %s, then nothing is found', async (path) => {
    const base = await listen(logHandler(at.place));
    expect(await raw(base, path)).toMatchObject({ status: 404, headers: { 'cache-control': 'no-store' } });
  });

  test('given a store that fails, then it says so without why, and somebody is told', async () => {
    const faults: unknown[] = [];
    const broken: TileSource = {
      read: () => Promise.reject(new TlogError('place_failed', 'disk of /secret')),
    };
    const base = await listen(logHandler(broken, { onFault: (fault) => faults.push(fault) }));
    const got = await raw(base, '/checkpoint');
    expect(got.status).toBe(503);
    expect(got.body.toString()).not.toContain('secret');
    expect(faults).toHaveLength(1);
  });
});

describe('a log behind a URL', () => {
  test('given a served log, when read, then it is as the place has it', async () => {
    const source = httpSource(await listen(logHandler(at.place)));
    for (const path of await at.paths())
      expect(Buffer.from((await source.read(path, 8_192)) ?? [])).toEqual(
        Buffer.from((await at.place.read(path, 8_192)) ?? []),
      );
    expect(await source.read('tile/0/002', 8_192)).toBeUndefined();
    await expect(source.read('tile/0/000', 100)).rejects.toThrowError(refused('place_answer_too_large'));
    await expect(source.read('tile/entries/000', 100)).rejects.toThrowError(
      refused('place_answer_too_large'),
    );
    await expect(source.read('../x', 100)).rejects.toThrowError(refused('path_invalid'));
  });

  test('given a redirect, an error, an endless body or silence, then the fault is the place’s', async () => {
    const elsewhere = await listen(logHandler(at.place));
    const redirecting = await listen((_, response) =>
      response.writeHead(302, { location: `${elsewhere}/checkpoint` }).end(),
    );
    const failing = await listen((_, response) => response.writeHead(500).end());
    const silent = await listen(() => undefined);
    const endless = await listen((_, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (response.write(Buffer.alloc(65_536)));
        response.once('drain', more);
      };
      more();
    });
    for (const base of [redirecting, failing, silent]) {
      const source = httpSource(base, { timeoutMs: 300 });
      await expect(source.read('checkpoint', 1_000), base).rejects.toThrowError(refused('place_failed'));
    }
    await expect(httpSource(endless).read('checkpoint', 1_000_000)).rejects.toThrowError(
      refused('place_answer_too_large'),
    );
  });

  test.each(['ftp://log.example', 'log.example', 'https://user:pw@log.example', 'https://log.example/?a=b'])(
    'given the prefix %s, then it is refused',
    (prefix) => {
      expect(() => httpSource(prefix)).toThrowError(refused('path_invalid'));
    },
  );
});
