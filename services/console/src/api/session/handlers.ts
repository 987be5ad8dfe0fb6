import { isoTime } from '@marketops/engine';
import { apiKeyState } from '@marketops/operator/api-keys';
import { byApiKey } from '../../access/authenticate.js';
import { type Caller, tenantsWith } from '../../access/caller.js';
import { cookieOf, setCookie } from '../../access/cookie.js';
import { type OperationName, type Permission, permissions } from '../../access/permissions.js';
import { sessionCookie } from '../../access/sessions.js';
import { addressOf } from '../../server/guard.js';
import { type ConsoleApp, type ConsoleContext, serve } from '../../server/serve.js';
import type { World } from '../../world/world.js';
import { approverKeys, keyView } from '../to-sign.js';
import { getSession, getSignInMethods, signIn, signOut } from './contract.js';

/** What a caller may do somewhere. */
const operationsOf = (caller: Caller): OperationName[] =>
  (Object.keys(permissions) as OperationName[]).filter((name) => {
    const { reach, roles }: Permission = permissions[name];
    if (reach === 'public' || reach === 'signed_in') return true;
    const tenants = tenantsWith(caller, roles);
    return tenants === 'all' || (reach !== 'every_tenant' && tenants.length > 0);
  });

function sessionView(world: World, caller: Caller) {
  return {
    kind: caller.kind,
    principal: caller.principal,
    name: caller.name,
    expires_at: isoTime(caller.expiresAtMs),
    grants: caller.grants.map((grant) => ({ ...grant })),
    operations: operationsOf(caller),
    approver_keys: approverKeys(world, caller).map((key) => ({
      ...keyView(key),
      groups: key.groups,
      not_after: key.not_after ?? null,
    })),
    environment: world.loaded().config.environment,
    audience: world.audience(),
    now: isoTime(world.nowMs()),
  };
}

/** Signs a browser in as the caller: from here on its cookie speaks for it. */
export function beginSession(
  c: ConsoleContext,
  world: World,
  caller: Caller,
  stillGood: () => boolean,
): Caller {
  const { session_hours: hours } = world.loaded().config.console;
  const endsAtMs = Math.min(caller.expiresAtMs, world.nowMs() + hours * 3_600_000);
  const signedIn = { ...caller, byCookie: true, expiresAtMs: endsAtMs };
  const earlier = cookieOf(c, sessionCookie, world.secure);
  if (earlier !== undefined) world.sessions.close(earlier);
  const token = world.sessions.open(signedIn, endsAtMs, stillGood);
  const maxAge = Math.max(1, Math.floor((endsAtMs - world.nowMs()) / 1_000));
  setCookie(c, sessionCookie, token, { secure: world.secure, maxAge });
  return signedIn;
}

export function serveSession(app: ConsoleApp, world: World): void {
  serve(app, world, getSignInMethods, async () => {
    const { environment, console: settings } = world.loaded().config;
    const oidc =
      settings.oidc === undefined
        ? []
        : [{ kind: 'oidc' as const, name: settings.oidc.name, url: '/auth/login' }];
    return { environment, methods: [{ kind: 'api_key' as const }, ...oidc] };
  });
  serve(app, world, signIn, async ({ body }, c) => {
    const caller = proven(c, world, body.api_key);
    const isGood = (): boolean => {
      const key = world.keys.find(caller.id);
      return key !== undefined && apiKeyState(key, world.nowMs()) === 'good';
    };
    return sessionView(world, beginSession(c, world, caller, isGood));
  });
  serve(app, world, getSession, async ({ allowed }) => sessionView(world, allowed.caller));
  serve(app, world, signOut, (_, c) => {
    const token = cookieOf(c, sessionCookie, world.secure);
    if (token !== undefined) world.sessions.close(token);
    setCookie(c, sessionCookie, '', { secure: world.secure, maxAge: 0 });
    return c.body(null, 204);
  });
}

/** An address that keeps guessing is not listened to. @throws ConsoleError `unauthenticated`, `rate_limited` */
function proven(c: ConsoleContext, world: World, text: string): Caller {
  try {
    return byApiKey(world, text);
  } catch (fault) {
    world.limits.failures.demand(addressOf(c), world.nowMs(), 'without a key that counts, from this address');
    throw fault;
  }
}
