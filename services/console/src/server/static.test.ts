import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConsoleEnvironment } from './environment.js';
import { serveStatic, takesGzip } from './static.js';

const script = `${'const answer = 42;\n'.repeat(500)}`;
const folder = mkdtempSync(join(tmpdir(), 'marketops-static-'));
const app = new OpenAPIHono<ConsoleEnvironment>();

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'assets', 'index-1.js'), script);
  writeFileSync(join(folder, 'assets', 'small-1.js'), 'void 0;');
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>The page</title>');
  await serveStatic(app, folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const get = (path: string, accepted?: string) =>
  app.request(path, { headers: accepted === undefined ? {} : { 'accept-encoding': accepted } });

describe('the files of the console', () => {
  it('given a browser that takes gzip, then a file goes compressed, the same bytes, for ever in its cache', async () => {
    const response = await get('/assets/index-1.js', 'gzip, deflate, br');
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('vary')).toBe('accept-encoding');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.length).toBeLessThan(script.length / 10);
    expect(gunzipSync(bytes).toString()).toBe(script);
  });

  it('given one that does not, or a file too small to gain, then it goes as it is', async () => {
    const plain = await get('/assets/index-1.js', 'identity');
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, script]);
    const small = await get('/assets/small-1.js', 'gzip');
    expect([small.headers.get('content-encoding'), await small.text()]).toEqual([null, 'void 0;']);
  });

  it.each([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['GZIP;q=0.5', true],
    ['br, gzip;q=0', false],
    ['*', true],
    ['*;q=0', false],
    ['gzip;q=0, *', false],
    ['br', false],
  ])('given accept-encoding %s, then gzip: %s', (accepted, isTaken) => {
    expect(takesGzip(accepted)).toBe(isTaken);
  });
});
