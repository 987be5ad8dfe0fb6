import { type ApiGrant, apiKeyState, makeApiKey, type StoredApiKey } from '@marketops/operator/api-keys';
import type { Allowed } from '../../access/caller.js';
import { ConsoleError } from '../../errors.js';
import { type ConsoleApp, serve } from '../../server/serve.js';
import type { World } from '../../world/world.js';
import { createApiKey, listApiKeys, revokeApiKey } from './contract.js';

const dayMs = 86_400_000;

/** Whether an admin may see and revoke a key, or give it out: it is for nothing beyond their own tenants. */
const isWithin = ({ tenants }: Allowed, grants: readonly ApiGrant[]): boolean =>
  tenants === 'all' ||
  grants.every((grant) => grant.tenants !== 'all' && grant.tenants.every((one) => tenants.includes(one)));

const view = (key: StoredApiKey, world: World) => ({
  ...{ id: key.id, name: key.name, principal: key.principal, grants: key.grants },
  ...{ created_at: key.created_at, created_by: key.created_by },
  ...{ expires_at: key.expires_at, revoked_at: key.revoked_at },
  last_used_at: world.keyUses.get(key.id) ?? null,
  state: apiKeyState(key, world.nowMs()),
});

export function serveApiKeys(app: ConsoleApp, world: World): void {
  serve(app, world, listApiKeys, async ({ allowed }) => ({
    keys: world.keys
      .list()
      .filter(({ grants }) => isWithin(allowed, grants))
      .map((key) => view(key, world)),
  }));
  serve(app, world, createApiKey, async ({ allowed, body }) => {
    const grants: ApiGrant[] = [{ tenants: body.tenants, roles: [...new Set(body.roles)] }];
    if (!isWithin(allowed, grants))
      throw new ConsoleError('grant_refused', 'the key would be for more than your own tenants', {
        next: 'Name tenants of your own, or ask an admin of all of them.',
      });
    const made = makeApiKey(
      { name: body.name, principal: body.principal, grants, created_by: allowed.caller.principal },
      { nowMs: world.nowMs(), lifeMs: body.expires_in_days * dayMs },
    );
    try {
      world.keys.add(made);
    } catch (fault) {
      if (!(fault instanceof RangeError)) throw fault;
      throw new ConsoleError('keys_too_many', fault.message, {
        next: 'Remove the files of keys that have ended.',
      });
    }
    world.engine.log.info({ key: made.stored.id, by: allowed.caller.principal }, 'an API key was made');
    return { key: view(made.stored, world), secret: made.secret };
  });
  serve(app, world, revokeApiKey, async ({ allowed, params }) => {
    const key = world.keys.find(params.id);
    if (key === undefined || !isWithin(allowed, key.grants))
      throw new ConsoleError('key_not_found', `there is no key ${params.id}, or none that you may see`, {
        next: 'Look for it among the keys of your tenants.',
      });
    const revoked = world.keys.revoke(params.id, world.nowMs());
    world.engine.log.info({ key: params.id, by: allowed.caller.principal }, 'an API key was revoked');
    return view(revoked ?? key, world);
  });
}
