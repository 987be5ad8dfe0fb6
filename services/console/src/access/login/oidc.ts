import { PrincipalId } from '@marketops/contracts';
import { readSecret } from '@marketops/engine';
import type { ApiGrant } from '@marketops/operator/api-keys';
import * as client from 'openid-client';
import { beginSession } from '../../api/session/handlers.js';
import { ConsoleError } from '../../errors.js';
import { addressOf } from '../../server/guard.js';
import type { ConsoleApp } from '../../server/serve.js';
import type { World } from '../../world/world.js';
import { cookieOf, setCookie } from '../cookie.js';
import { grantsOf } from './grants.js';
import { Sealer } from './sealed.js';

const loginCookie = 'marketops_login';
const loginMs = 600_000;
/** Sign-ins that came back, kept until they would have ended anyway; of more, the provider’s code is good once by itself. */
const usedMax = 10_000;
const timeoutSeconds = 10;

/** What of a sign-in that has begun its browser keeps, sealed, until it comes back. */
interface Pending {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly returnTo: string;
  readonly endsAtMs: number;
}

/**
 * Sign-in at an OpenID Connect provider: the authorization code flow with PKCE, state and nonce, each good for one sign-in of one
 * browser. What the ID token says of a person is turned into grants by marketops.yml alone.
 */
export function serveLogin(app: ConsoleApp, world: World): void {
  const settings = world.loaded().config.console.oidc;
  if (settings === undefined) return;
  const sealer = new Sealer();
  const used = new Set<string>();
  const redirectUri = (): string => `${[...world.origins][0] ?? ''}/auth/callback`;
  let discovered: Promise<client.Configuration> | undefined;
  const provider = (): Promise<client.Configuration> => {
    discovered ??= discover(settings, world.env).catch((fault: unknown) => {
      discovered = undefined;
      throw fault;
    });
    return discovered;
  };

  app.get('/auth/login', async (c) => {
    world.limits.addresses.demand(addressOf(c), world.nowMs(), 'from this address');
    const config = await provider().catch((fault: unknown) => {
      world.engine.log.error({ fault }, 'the OpenID Connect provider does not answer');
      throw unavailable();
    });
    const one: Pending = {
      verifier: client.randomPKCECodeVerifier(),
      state: client.randomState(),
      nonce: client.randomNonce(),
      returnTo: ownPath(c.req.query('return_to')),
      endsAtMs: world.nowMs() + loginMs,
    };
    const { secure } = world;
    setCookie(c, loginCookie, sealer.seal(JSON.stringify(one)), { secure, maxAge: loginMs / 1_000 });
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri(),
      scope: settings.scopes,
      state: one.state,
      nonce: one.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(one.verifier),
      code_challenge_method: 'S256',
    });
    return c.redirect(url.href, 302);
  });

  app.get('/auth/callback', async (c) => {
    world.limits.addresses.demand(addressOf(c), world.nowMs(), 'from this address');
    c.set('operation', 'signIn');
    const { secure } = world;
    const text = sealer.open(cookieOf(c, loginCookie, secure) ?? '');
    setCookie(c, loginCookie, '', { secure, maxAge: 0 });
    // What opens was sealed here.
    const one = text === undefined ? undefined : (JSON.parse(text) as Pending);
    if (one === undefined || one.endsAtMs <= world.nowMs() || used.has(one.state))
      throw failed('this sign-in was not begun here, or too long ago, or has come back already');
    if (used.size >= usedMax) used.delete(used.values().next().value ?? '');
    used.add(one.state);
    const claims = await exchanged(await provider(), new URL(c.req.url), redirectUri(), one).catch(
      (fault: unknown) => {
        world.engine.log.warn({ fault }, 'a sign-in was not accepted');
        throw failed('the provider’s answer does not hold');
      },
    );
    const principal = PrincipalId.safeParse(claims[settings.principal_claim]);
    // Somebody’s address is theirs once the provider has seen it answer.
    const isTheirs = settings.principal_claim !== 'email' || claims['email_verified'] === true;
    if (!principal.success || !isTheirs)
      throw failed(`the claim ${settings.principal_claim} names nobody that a keyring could list`);
    const grants: ApiGrant[] = grantsOf(settings.grants, claims);
    if (grants.length === 0) throw failed(`${principal.data} has been given no role here`);
    const name = typeof claims['name'] === 'string' ? claims['name'].slice(0, 100) : principal.data;
    const caller = {
      ...{ kind: 'person' as const, id: `oidc-${principal.data}`, principal: principal.data, name, grants },
      ...{ expiresAtMs: world.nowMs() + settings.grants_minutes * 60_000, byCookie: true },
    };
    beginSession(c, world, caller, () => true);
    return c.redirect(one.returnTo, 303);
  });
}

/** @throws what openid-client refuses: state, nonce, issuer, audience, signature, times */
async function exchanged(
  config: client.Configuration,
  asked: URL,
  redirectUri: string,
  { verifier, state, nonce }: Pending,
): Promise<Readonly<Record<string, unknown>>> {
  const current = new URL(redirectUri);
  current.search = asked.search;
  const tokens = await client.authorizationCodeGrant(config, current, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  return tokens.claims() ?? {};
}

type Settings = NonNullable<ReturnType<World['loaded']>['config']['console']['oidc']>;

async function discover(settings: Settings, env: NodeJS.ProcessEnv): Promise<client.Configuration> {
  const secret = readSecret(env, 'MARKETOPS_OIDC_CLIENT_SECRET');
  const issuer = new URL(settings.issuer);
  const config = await client.discovery(issuer, settings.client_id, secret, undefined, {
    timeout: timeoutSeconds,
    // The configuration takes plain http for a provider on this machine alone.
    ...(issuer.protocol === 'https:' ? {} : { execute: [client.allowInsecureRequests] }),
  });
  return config;
}

/** A page of our own; anything else leads to the first one. */
function ownPath(text: string | undefined): string {
  if (text === undefined || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,1000}$/.test(text)) return '/';
  return text;
}

const failed = (why: string): ConsoleError =>
  new ConsoleError('sign_in_failed', `nobody was signed in: ${why}`, {
    next: 'Begin again at the console’s first page; if it stays so, ask whoever keeps marketops.yml.',
  });

const unavailable = (): ConsoleError =>
  new ConsoleError('unavailable', 'the sign-in provider does not answer', {
    next: 'Try again in a moment, or sign in with an API key.',
    retry: 'transient',
    retryAfter: 5,
  });
