import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { networkOf } from '../access/address.js';
import { callerIn, unauthenticated } from '../access/authenticate.js';
import { type Allowed, allow, type Caller } from '../access/caller.js';
import { refuseForeign } from '../access/origin.js';
import { type OperationName, type Permission, permissions } from '../access/permissions.js';
import type { World } from '../world/world.js';
import type { ConsoleEnvironment } from './environment.js';

/** What limits count by. Of the connection: what headers say of addresses is anybody's to write. */
export function addressOf(c: Context): string {
  return networkOf(getConnInfo(c).remote.address ?? 'unknown');
}

/** Who asks; an address that fails too often is not listened to. @throws ConsoleError `unauthenticated`, `rate_limited` */
function identify(c: Context<ConsoleEnvironment>, world: World): Caller | undefined {
  const address = addressOf(c);
  const nowMs = world.nowMs();
  world.limits.addresses.demand(address, nowMs, 'from this address');
  try {
    const caller = callerIn(c, world);
    if (caller !== undefined) c.set('known', caller);
    if (caller?.kind === 'api_key') world.keyUses.set(caller.id, new Date(nowMs).toISOString());
    return caller;
  } catch (fault) {
    world.limits.failures.demand(address, nowMs, 'without a key that counts, from this address');
    throw fault;
  }
}

/** What stands before every operation: limits, who it is, where it comes from, and whether they may. */
export const guard =
  (operation: OperationName, world: World): MiddlewareHandler<ConsoleEnvironment> =>
  async (c, next) => {
    c.set('operation', operation);
    const { reach }: Permission = permissions[operation];
    if (reach === 'public') {
      world.limits.addresses.demand(addressOf(c), world.nowMs(), 'from this address');
      // Signing somebody else's browser in is an attack as well.
      refuseForeign(c, world.origins);
      await next();
      return;
    }
    c.set('allowed', allowed(c, world, operation));
    await next();
  };

/** @throws ConsoleError for everything that keeps the caller from it */
export function allowed(c: Context<ConsoleEnvironment>, world: World, operation: OperationName): Allowed {
  const caller = identify(c, world);
  if (caller === undefined) throw unauthenticated('nobody is signed in');
  if (caller.byCookie) refuseForeign(c, world.origins);
  world.limits.callers.demand(
    `${caller.kind} ${caller.principal} ${caller.id}`,
    world.nowMs(),
    'of this caller',
  );
  return allow(caller, operation);
}
