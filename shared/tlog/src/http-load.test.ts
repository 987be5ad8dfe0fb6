import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type LogHandlerOptions, logHandler } from './http-handler.js';
import type { TileSource } from './ports.js';

let server: Server | undefined;
let sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  server?.closeAllConnections();
  server?.close();
  if (server?.listening === true) await once(server, 'close');
});

async function serve(source: TileSource, options: LogHandlerOptions = {}): Promise<number> {
  server = createServer(logHandler(source, options)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}
const asking = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;

/** A store that counts how many read it at once. */
function countingSource(bytes: Uint8Array) {
  const count = { now: 0, most: 0, all: 0 };
  const source: TileSource = {
    async read() {
      count.now += 1;
      count.all += 1;
      count.most = Math.max(count.most, count.now);
      await new Promise((resolve) => setImmediate(resolve));
      count.now -= 1;
      return bytes;
    },
  };
  return { count, source };
}

test('given many requests in one write, then one is answered at a time, in order, and all of them are', async () => {
  const { count, source } = countingSource(Buffer.alloc(524_288, 97));
  const port = await serve(source);
  const socket = await connected(port);
  let got = 0;
  const all = new Promise<void>((resolve) => {
    socket.on('data', (part: Buffer) => {
      got += part.length;
      if (got > 60 * 524_288) resolve();
    });
  });
  socket.write(asking('/tile/entries/000').repeat(60));
  await all;
  expect(count).toMatchObject({ most: 1, all: 60 });
});

test('given more requests in one write than anybody needs, then the connection is closed', async () => {
  const { count, source } = countingSource(Buffer.alloc(524_288, 97));
  const port = await serve(source);
  const socket = await connected(port);
  socket.resume();
  socket.write(asking('/tile/entries/000').repeat(1_500));
  await once(socket, 'close');
  expect(count.all).toBeLessThanOrEqual(1);
});

test('given that all the bytes are held by others, then an asker waits its time and is told to come again', async () => {
  let release = (): void => undefined;
  const isReading = new Promise<void>((reading) => {
    release = reading;
  });
  let begun = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const source: TileSource = {
    async read() {
      begun();
      await isReading;
      return Buffer.alloc(8_192, 1);
    },
  };
  const port = await serve(source, { bytesHeldMax: 10_000, waitMs: 50 });
  const ask = () => fetch(`http://127.0.0.1:${port}/tile/0/000`);
  const first = ask();
  await hasBegun;
  const second = await ask();
  expect(second.status).toBe(503);
  expect(second.headers.get('retry-after')).toBe('1');
  release();
  expect((await (await first).arrayBuffer()).byteLength).toBe(8_192);
  expect((await ask()).status).toBe(200);
});

test('given one that goes away in the middle of an answer, then its bytes are free for others', async () => {
  const { source } = countingSource(Buffer.alloc(8_388_608, 97));
  const port = await serve(source, { bytesHeldMax: 8_388_608, waitMs: 5_000 });
  const gone = await connected(port);
  gone.write(asking('/tile/entries/000').repeat(8));
  await once(gone, 'readable');
  gone.destroy();
  const response = await fetch(`http://127.0.0.1:${port}/tile/entries/000`, {
    headers: { 'accept-encoding': 'identity' },
  });
  expect((await response.arrayBuffer()).byteLength).toBe(8_388_608);
});

test('given HEAD with gzip, then nothing is compressed for it', async () => {
  const { source } = countingSource(Buffer.alloc(524_288, 97));
  const port = await serve(source);
  const response = await fetch(`http://127.0.0.1:${port}/tile/entries/000`, { method: 'HEAD' });
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(response.headers.get('content-length')).toBeNull();
});
