import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryConsole, temporaryConsole } from '../support/console.js';
import { freePort } from '../support/free-port.js';

let the: TemporaryConsole;
let server: Server;
let groups: string[] = ['ops'];

/** A real provider on loopback; whoever comes is alice, and says yes to everything. */
async function startProvider(redirectUri: string): Promise<string> {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'marketops', token_endpoint_auth_method: 'none', redirect_uris: [redirectUri] }],
    claims: { openid: ['sub', 'preferred_username', 'name', 'groups'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => ({ sub, preferred_username: 'alice', name: 'Alice', groups }),
    }),
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return void answer(request, response);
    void (async () => {
      const { prompt, params, session } = await provider.interactionDetails(request, response);
      if (prompt.name === 'login')
        return provider.interactionFinished(request, response, { login: { accountId: 'alice' } });
      const grant = new provider.Grant({
        ...(session === undefined ? {} : { accountId: session.accountId }),
        clientId: String(params['client_id']),
      });
      grant.addOIDCScope('openid');
      const grantId = await grant.save();
      return provider.interactionFinished(request, response, { consent: { grantId } });
    })();
  });
  return issuer;
}

beforeAll(async () => {
  const port = await freePort();
  const issuer = await startProvider(`http://127.0.0.1:${port}/auth/callback`);
  the = await temporaryConsole({
    console: {
      port,
      public_url: `http://127.0.0.1:${port}`,
      oidc: {
        ...{ issuer, client_id: 'marketops', scopes: 'openid' },
        grants: [{ claim: 'groups', value: 'ops', tenants: 'all', roles: ['operator'] }],
      },
    },
  });
}, 120_000);
afterAll(async () => {
  await the?.close();
  server?.closeAllConnections();
  server?.close();
});

/** A browser’s jar and feet: follows redirects, and keeps the cookies of each host. */
function browser() {
  const jar = new Map<string, Map<string, string>>();
  const go = async (address: string): Promise<Response> => {
    const url = new URL(address);
    const own = jar.get(url.host) ?? new Map<string, string>();
    jar.set(url.host, own);
    const cookie = [...own].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      const at = pair.indexOf('=');
      own.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  };
  return {
    jar,
    async follow(address: string, until: (at: string) => boolean = () => false) {
      let at = address;
      for (let hops = 0; hops < 15; hops += 1) {
        if (until(at)) return { at, response: undefined };
        const response = await go(at);
        const next = response.headers.get('location');
        if (next === null) return { at, response };
        at = new URL(next, at).href;
      }
      throw new Error(`too many redirects, at last to ${at}`);
    },
  };
}

const codeOf = async (response: Response | undefined): Promise<string | undefined> =>
  ((await response?.json()) as { code?: string } | undefined)?.code;

describe('sign-in with OpenID Connect', () => {
  it('given somebody whom a claim gives a role, then they are signed in, and come back to their page', async () => {
    const one = browser();
    const { at, response } = await one.follow(`${the.url}/auth/login?return_to=/runs`);
    expect([at, response?.status]).toEqual([`${the.url}/runs`, 200]);
    const session = one.jar.get(new URL(the.url).host)?.get('marketops_session');
    const { body } = await the.ask(undefined, '/v1/session', {
      headers: { cookie: `marketops_session=${session}` },
    });
    expect(body).toMatchObject({
      kind: 'person',
      principal: 'alice',
      name: 'Alice',
      grants: [{ tenants: 'all', roles: ['operator'] }],
    });
    // Whoever lost a group at the provider has lost it here within the hour.
    expect(Date.parse(body.expires_at) - Date.parse(body.now)).toBeLessThanOrEqual(3_600_000);
  });

  it('given another browser’s answer, an altered state or a second use, then nobody is signed in', async () => {
    const victim = browser();
    const isBack = (address: string) => address.includes('/auth/callback');
    const { at } = await victim.follow(`${the.url}/auth/login`, isBack);
    const stranger = await browser().follow(at);
    expect([stranger.response?.status, await codeOf(stranger.response)]).toEqual([401, 'sign_in_failed']);
    const altered = await victim.follow(at.replace(/state=[^&]+/, 'state=another'));
    expect([altered.response?.status, await codeOf(altered.response)]).toEqual([401, 'sign_in_failed']);
    const again = await victim.follow(at);
    expect([again.response?.status, await codeOf(again.response)]).toEqual([401, 'sign_in_failed']);
  });

  it('given somebody without a role here, or a page elsewhere to come back to, then neither is given', async () => {
    groups = ['guests'];
    const { response } = await browser().follow(`${the.url}/auth/login`);
    expect([response?.status, await codeOf(response)]).toEqual([401, 'sign_in_failed']);
    groups = ['ops'];
    for (const elsewhere of ['https://evil.test/', '//evil.test/', '/\\evil.test']) {
      const { at } = await browser().follow(
        `${the.url}/auth/login?return_to=${encodeURIComponent(elsewhere)}`,
      );
      expect(at).toBe(`${the.url}/`);
    }
  });
});
