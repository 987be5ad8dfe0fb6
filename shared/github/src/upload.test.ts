import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { always, type HostileServer, startHostileServer } from './testing/hostile-server.js';
import { at, clientOf, errorOf } from './testing/setup.js';

/* Uploads against servers that do not take them as GitHub does. Large enough that no socket buffer swallows them. */

const folder = mkdtempSync(join(tmpdir(), 'marketops-upload-'));
const bytes = Buffer.alloc(16_000_000, 'x');
const path = join(folder, 'large');
writeFileSync(path, bytes);
const large = {
  name: 'large.tgz',
  path,
  sizeBytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  contentType: 'application/gzip',
};

const servers: HostileServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));
afterAll(() => rmSync(folder, { recursive: true }));

async function start(answer: Parameters<typeof startHostileServer>[0]): Promise<string> {
  const server = await startHostileServer(answer);
  servers.push(server);
  return server.url;
}

describe('an upload', () => {
  it('that makes no progress is given up', async () => {
    const url = await start((request) => void request.pause());
    const error = await errorOf(clientOf(url, { requestTimeoutMs: 100 }).uploadAsset(at, 1, large));
    expect(error).toMatchObject({ code: 'timeout', uncertain: true });
  });

  it('may take longer than a request, as long as it goes on, but not for ever', async () => {
    const url = await start((request) => void request.resume());
    const limits = { requestTimeoutMs: 10_000, uploadTimeoutMs: 100 };
    const error = await errorOf(clientOf(url, limits).uploadAsset(at, 1, large));
    expect(error).toMatchObject({ code: 'timeout', uncertain: true });
    expect(error.message).toContain('100 ms');
  });

  it('that is refused before it was all sent tells why, and the next request is not disturbed', async () => {
    const url = await start((request, response) => {
      const refuse = request.method === 'POST';
      always(refuse ? 422 : 404, { message: refuse ? 'Validation Failed' : 'Not Found' })(request, response);
    });
    const client = clientOf(url);
    expect(await errorOf(client.uploadAsset(at, 1, large))).toMatchObject({ code: 'validation_failed' });
    expect(await client.getRelease(at, 1)).toBeNull();
  });

  it('is stopped by its caller’s signal, and nothing goes on listening', async () => {
    const stop = new AbortController();
    const url = await start(() => stop.abort());
    const client = clientOf(url, { signal: stop.signal });
    expect(await errorOf(client.uploadAsset(at, 1, large))).toMatchObject({
      code: 'aborted',
      uncertain: true,
    });
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });
});
