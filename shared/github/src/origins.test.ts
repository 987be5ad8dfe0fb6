import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulatedGitHub } from '@marketops/local';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { always, type HostileServer, startHostileServer } from './testing/hostile-server.js';
import { at, clientOf, collect, errorOf, startWidgets } from './testing/setup.js';
import { originsOf, targetOf } from './transport/origins.js';

describe('the origins', () => {
  const uploads: [string, string][] = [
    ['https://api.github.com', 'https://uploads.github.com'],
    ['https://api.github.com/', 'https://uploads.github.com'],
    ['HTTPS://API.GitHub.com', 'https://uploads.github.com'],
    ['https://github.example/api/v3/', 'https://github.example/api/uploads'],
    ['https://api.acme.ghe.com', 'https://uploads.acme.ghe.com'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ];
  it.each(uploads)('for %s upload to %s', (apiUrl, uploadsUrl) => {
    expect(originsOf(apiUrl).uploadsUrl).toBe(uploadsUrl);
  });

  it.each([
    'http://api.github.com',
    'http://127.0.0.1.attacker.test',
    'https://user:pass@api.github.com',
    'https://api.github.com?x=1',
    'file:///etc/passwd',
    'api.github.com',
  ])('refuse %s', (apiUrl) => {
    expect(() => originsOf(apiUrl)).toThrow(expect.objectContaining({ code: 'origin_refused' }));
  });

  const origins = originsOf('https://github.example/api/v3');
  it.each([
    'https://github.example/api/v3/repos/acme/widgets?per_page=1',
    'https://github.example/api/uploads/repos/acme/widgets/releases/1/assets?name=%27x%27',
    'https://github.example/api/v3/repos/acme/widgets/git/ref/tags%2Fv1..2',
  ])('let %s through', (url) => {
    expect(targetOf(origins, url).href).toBeDefined();
  });

  it.each([
    'https://attacker.test/api/v3/repos',
    'https://github.example.attacker.test/api/v3/repos',
    'https://github.example/api/v3@attacker.test/',
    'https://github.example/admin',
    'https://github.example/api/v3/repos/acme/../../../admin',
    'https://github.example/api/v3/repos/acme/%2e%2e/secret',
    'https://github.example/api/v3/repos/acme/.%2E/secret',
    'https://github.example/api/v3/repos\\acme',
    'https://github.example/api/v3/re\npos',
    'http://github.example/api/v3/repos',
  ])('refuse %j', (url) => {
    expect(() => targetOf(origins, url)).toThrow(expect.objectContaining({ code: 'origin_refused' }));
  });
});

describe('names that would leave the path', () => {
  let server: HostileServer;
  beforeAll(async () => {
    server = await startHostileServer(always(200, {}));
  });
  afterAll(() => server.stop());

  const repositories: [string, string][] = [
    ['acme', '..'],
    ['acme', '.'],
    ['..', 'widgets'],
    ['acme', 'a/b'],
    ['acme', 'a%2Fb'],
    ['acme', 'widgets.git'],
    ['', 'widgets'],
    ['acme', 'w?x=1'],
  ];
  it.each(repositories)('are refused before a request: %j/%j', async (owner, name) => {
    const client = clientOf(server.url);
    const repository = { owner, name };
    const calls = [
      client.getRepository(owner, name),
      client.getTag(repository, 'v1'),
      client.createRef(repository, 'refs/tags/v1', 'a'.repeat(40)),
      collect(client.listReleases(repository)),
    ];
    for (const call of calls) expect(await errorOf(call)).toMatchObject({ code: 'validation_failed' });
    expect(server.received).toEqual([]);
  });

  it.each(['..', 'a/../b', 'v1.lock', '/v1', 'v1/', 'a b', 'a\nb', 'a@{1}', '', '~x', 'x\\y', '\ud800'])(
    'are refused as a ref: %j',
    async (name) => {
      const client = clientOf(server.url);
      const repository = { owner: 'acme', name: 'widgets' };
      const calls = [
        client.getTag(repository, name),
        client.getBranch(repository, name),
        client.resolveCommit(repository, name),
        client.createRef(repository, `refs/tags/${name}`, 'a'.repeat(40)),
        client.findPulls(repository, { head: `acme:${name}`, base: 'main', state: 'open' }),
      ];
      const codes = await Promise.all(calls.map(async (call) => (await errorOf(call)).code));
      expect(new Set(codes)).toEqual(new Set(['validation_failed']));
      expect(server.received).toEqual([]);
    },
  );

  it('are refused as ids and as pull request heads', async () => {
    const client = clientOf(server.url);
    const before = server.received.length;
    for (const id of [0, -1, 1.5, Number.NaN, 2 ** 53]) {
      expect(await errorOf(client.getRelease(at, id))).toMatchObject({ code: 'validation_failed' });
    }
    const filter = { head: 'feature/x', base: 'main', state: 'open' } as const;
    expect(await errorOf(client.findPulls(at, filter))).toMatchObject({ code: 'validation_failed' });
    expect(server.received.length).toBe(before);
  });
});

describe('the token', () => {
  let github: SimulatedGitHub;
  let attacker: HostileServer;
  const folder = mkdtempSync(join(tmpdir(), 'marketops-origins-'));
  beforeAll(async () => {
    github = await startWidgets({ separateUploads: true });
    attacker = await startHostileServer(always(200, {}));
  });
  afterEach(() => github.reset());
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await github.stop();
    await attacker.stop();
  });

  it('does not follow a redirect to another origin', async () => {
    github.faults.arm({ kind: 'redirect_307', location: `${attacker.url}/steal`, method: '*', count: 2 });
    const client = clientOf(github.url);
    expect(await errorOf(client.getRepository('acme', 'widgets'))).toMatchObject({ code: 'redirected' });
    expect(await errorOf(client.createRef(at, 'refs/tags/v9', 'a'.repeat(40)))).toMatchObject({
      code: 'redirected',
    });
    expect(attacker.received).toEqual([]);
  });

  it('does not follow an upload_url that points elsewhere', async () => {
    github.state.advertisedUploadsUrl = attacker.url;
    const client = clientOf(github.url, { uploadUrl: github.uploadsUrl });
    const [release] = await collect(client.listReleases(at));
    const path = join(folder, 'tool');
    writeFileSync(path, 'bytes');
    const sha256 = createHash('sha256').update('bytes').digest('hex');
    const file = { name: 'tool', path, sizeBytes: 5, sha256, contentType: 'application/gzip' };
    expect(await client.uploadAsset(at, release?.id ?? 0, file)).toMatchObject({ name: 'tool', sha256 });
    expect(attacker.received).toEqual([]);
  });

  it('must be one, before a client exists', () => {
    for (const token of ['', '   ', 'abc', 'token with space', 'token\r\nx-evil: 1', 'tøken']) {
      expect(() => clientOf('https://api.github.com', { token })).toThrow(
        expect.objectContaining({ code: 'unauthorized' }),
      );
    }
  });
});
