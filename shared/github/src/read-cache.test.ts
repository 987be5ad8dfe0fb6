import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { always, type HostileServer, startHostileServer } from './testing/hostile-server.js';
import { at, clientOf, collect, errorOf } from './testing/setup.js';
import { createReadCache, type ReadCacheOptions } from './transport/read-cache.js';

const servers: HostileServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

interface Tagged {
  readonly url: string;
  /** The `If-None-Match` of each request. */
  readonly asked: (string | undefined)[];
  version: number;
  /** Answers with this status while it is set. */
  status: number | undefined;
}

/** Answers as GitHub does: 304 to whoever knows the present version. */
async function startTagged(bodyOf: (request: IncomingMessage, version: number) => unknown): Promise<Tagged> {
  const asked: (string | undefined)[] = [];
  const server = await startHostileServer((request: IncomingMessage, response: ServerResponse) => {
    const known = request.headers['if-none-match'];
    asked.push(known);
    const etag = `W/"version-${tagged.version}"`;
    if (tagged.status !== undefined) always(tagged.status, { message: 'No' })(request, response);
    else if (known === etag) response.writeHead(304, { etag }).end();
    else {
      const link = /[?&]page=1(&|$)/.test(request.url ?? '') ? { link: '<x>; rel="next"' } : {};
      always(200, bodyOf(request, tagged.version), { etag, ...link })(request, response);
    }
  });
  servers.push(server);
  const tagged: Tagged = { url: server.url, asked, version: 1, status: undefined };
  return tagged;
}

const repository = (_: IncomingMessage, version: number) => ({
  ...{ id: version, name: 'widgets', owner: { login: 'acme' }, default_branch: 'main' },
  ...{ archived: false, private: false },
});
const clients = (url: string, options: ReadCacheOptions = {}) => {
  const cache = createReadCache(options);
  return { cache, client: (token = 'token-one') => clientOf(url, { cache, token }) };
};

describe('conditional reads', () => {
  it('ask with the ETag they know, from any client of the process, and read what has not changed', async () => {
    const github = await startTagged(repository);
    const { client } = clients(github.url);
    expect((await client().getRepository('acme', 'widgets')).id).toBe(1);
    expect((await client().getRepository('acme', 'widgets')).id).toBe(1);
    github.version = 2;
    expect((await client().getRepository('acme', 'widgets')).id).toBe(2);
    expect((await client().getRepository('acme', 'widgets')).id).toBe(2);
    expect(github.asked).toEqual([undefined, 'W/"version-1"', 'W/"version-1"', 'W/"version-2"']);
  });

  it('X3: never give one token what another was shown', async () => {
    const github = await startTagged(repository);
    const { client } = clients(github.url);
    await client('token-one').getRepository('acme', 'widgets');
    await client('token-two').getRepository('acme', 'widgets');
    expect(github.asked).toEqual([undefined, undefined]);
  });

  it('tell apart what is asked of an address by the form it is asked in', async () => {
    const github = await startTagged(() => 'a'.repeat(40));
    const { client } = clients(github.url);
    await errorOf(client().getRepository('acme', 'widgets'));
    await errorOf(client().getRepository('acme', 'Widgets'));
    expect(github.asked).toEqual([undefined, undefined]);
  });

  it('go on over pages that have not changed', async () => {
    const tag = (name: string) => ({ name, commit: { sha: 'a'.repeat(40) } });
    const github = await startTagged(({ url = '' }) => [
      tag(new URL(url, github.url).searchParams.get('page') ?? ''),
    ]);
    const { client } = clients(github.url);
    for (let round = 0; round < 2; round += 1) {
      expect((await collect(client().listTags(at))).map(({ name }) => name)).toEqual(['1', '2']);
    }
    expect(github.asked.slice(2)).toEqual(['W/"version-1"', 'W/"version-1"']);
  });

  it('forget what is gone, and what is no success', async () => {
    const github = await startTagged(repository);
    const { client, cache } = clients(github.url);
    await client().getRepository('acme', 'widgets');
    github.status = 404;
    expect(await errorOf(client().getRepository('acme', 'widgets'))).toMatchObject({ code: 'not_found' });
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
    github.status = undefined;
    await client().getRepository('acme', 'widgets');
    expect(github.asked.at(-1)).toBeUndefined();
  });

  it('keep no more answers than they may, the last used ones', async () => {
    const github = await startTagged(repository);
    const { client, cache } = clients(github.url, { entriesMax: 2 });
    for (const name of ['one', 'two', 'one', 'three', 'one', 'two'])
      await client().getRepository('acme', name);
    expect(cache.size).toBe(2);
    const known = github.asked.map((etag) => etag !== undefined);
    expect(known).toEqual([false, false, true, false, true, false]);
  });

  it('keep no more bytes than they may, and no answer of more than a quarter of them', async () => {
    const long = 'x'.repeat(1_000);
    const github = await startTagged(({ url = '' }) => ({
      ...repository(null as never, 1),
      padding: url.endsWith('huge') ? long.repeat(10) : long,
    }));
    const { client, cache } = clients(github.url, { bytesMax: 16_000 });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'huge']) {
      await client().getRepository('acme', name);
      expect(cache.bytes).toBeLessThanOrEqual(16_000);
    }
    expect(cache.size).toBeGreaterThan(2);
    expect(cache.size).toBeLessThan(8);
    await client().getRepository('acme', 'huge');
    expect(github.asked.at(-1)).toBeUndefined();
  });

  it('keep nothing of writes', async () => {
    const github = await startTagged(() => ({
      ref: 'refs/tags/v1',
      object: { type: 'commit', sha: 'a'.repeat(40) },
    }));
    const { client, cache } = clients(github.url);
    await client().createRef(at, 'refs/tags/v1', 'a'.repeat(40));
    expect(cache.size).toBe(0);
  });

  it('refuse a 304 that nobody asked for', async () => {
    const server = await startHostileServer((_, response) => void response.writeHead(304).end());
    servers.push(server);
    const error = await errorOf(clients(server.url).client().getRepository('acme', 'widgets'));
    expect(error).toMatchObject({ code: 'invalid_response', status: 304 });
  });

  it.each(['"', 'unquoted', `"${'x'.repeat(300)}"`, '"a b"', ''])(
    'do not repeat an ETag like %s',
    async (etag) => {
      const headers: (string | undefined)[] = [];
      const server = await startHostileServer((request, response) => {
        headers.push(request.headers['if-none-match']);
        always(200, repository(request, 1), { etag })(request, response);
      });
      servers.push(server);
      const { client } = clients(server.url);
      await client().getRepository('acme', 'widgets');
      await client().getRepository('acme', 'widgets');
      expect(headers).toEqual([undefined, undefined]);
    },
  );
});
