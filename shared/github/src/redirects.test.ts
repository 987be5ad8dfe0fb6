import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { always, type HostileServer, startHostileServer } from './testing/hostile-server.js';
import { at, canaryToken, clientOf, errorOf } from './testing/setup.js';

/* Every redirect is an error; where it points is told only when that is the origin that was asked. */

let attacker: HostileServer;
const servers: HostileServer[] = [];
beforeAll(async () => {
  attacker = await startHostileServer(always(200, {}));
});
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));
afterAll(() => attacker.stop());

async function startRedirect(status: number, location?: string): Promise<HostileServer> {
  const server = await startHostileServer((_, response) => {
    response.writeHead(status, location === undefined ? {} : { location }).end();
  });
  servers.push(server);
  return server;
}

const read = (url: string) => clientOf(url).getRepository('acme', 'widgets');
const write = (url: string) => clientOf(url).createRef(at, 'refs/tags/v1', 'a'.repeat(40));

describe('a redirect', () => {
  it.each([300, 301, 302, 303, 307, 308])('%i on the same origin says where it points', async (status) => {
    const { url, received } = await startRedirect(status, '/repositories/7?token=x');
    for (const call of [read, write]) {
      const error = await errorOf(call(url));
      expect(error).toMatchObject({ code: 'redirected', retry: 'terminal', status, uncertain: false });
      expect(error.movedTo).toBe('/repositories/7');
      expect(error.message).toContain('renamed or moved, to /repositories/7');
      expect(error.toJSON()['moved_to']).toBe('/repositories/7');
    }
    expect(received.length).toBe(2);
  });

  it('X3: to another origin is neither followed nor repeated', async () => {
    const places = [
      `${attacker.url}/steal`,
      attacker.url.replace('http:', ''),
      'https://user:pass@attacker.test/',
      'javascript:alert(1)',
    ];
    for (const place of places) {
      const { url } = await startRedirect(301, place);
      const error = await errorOf(read(url));
      expect(error).toMatchObject({ code: 'redirected' });
      expect(error.movedTo).toBeUndefined();
      expect(JSON.stringify(error)).not.toMatch(/steal|attacker|alert|user/);
    }
    expect(attacker.received).toEqual([]);
  });

  it('X3: to its own origin, with credentials or with the token in it, shows neither', async () => {
    const { url } = await startRedirect(301, `/repositories/${canaryToken}\u00a0`);
    expect(JSON.stringify(await errorOf(read(url)))).not.toContain(canaryToken);
    const own = await startHostileServer((request, response) => {
      response.writeHead(301, { location: `http://user:pass@${request.headers.host}/x` }).end();
    });
    servers.push(own);
    const error = await errorOf(read(own.url));
    expect([error.movedTo, error.message.includes('pass')]).toEqual([undefined, false]);
  });

  it.each([undefined, '', 'http://', 'http://[::1'])(
    'without a place to read (%j) is one too',
    async (place) => {
      const { url } = await startRedirect(302, place);
      expect(await errorOf(read(url))).toMatchObject({ code: 'redirected', status: 302 });
    },
  );

  it.each([304, 305, 399])('is not what %i is: that is no answer to what was asked', async (status) => {
    const { url } = await startRedirect(status);
    expect(await errorOf(read(url))).toMatchObject({ code: 'invalid_response', status });
  });
});
