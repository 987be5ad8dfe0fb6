import { freezeScopes } from '@marketops/contracts';
import { type Live, type Runs, readFrozenScopes } from '@marketops/operator';
import { accountLimits } from '../world/account-limits.js';
import type { World } from '../world/world.js';
import type { Surroundings } from './runs/why-not.js';

/** Scope → why, of both sources, as the gate looks at both. */
async function frozenNow(world: World, live: Live): Promise<ReadonlyMap<string, string>> {
  const { scopes } = await readFrozenScopes(live, world.trust());
  return new Map(
    scopes.map(({ scope, events, controlReason }) => [
      scope,
      events.at(-1)?.data.reason ?? controlReason ?? '',
    ]),
  );
}

/** What is frozen and what is throttled, as far as it concerns a run; nothing is known of either where Redis is away. */
export async function surroundingsOf(
  world: World,
  { live }: Runs,
): Promise<Surroundings & { readonly maps: readonly ReadonlyMap<string, string>[] | undefined }> {
  if (live === undefined) return { maps: undefined, frozen: () => undefined, throttledUntil: () => null };
  const [frozen, limits] = await Promise.all([frozenNow(world, live), accountLimits(world)]);
  return {
    maps: [frozen],
    frozen: ({ operation, state }) => {
      if (operation === undefined) return undefined;
      const tenantId = state.planned?.tenant_id ?? '';
      const scope = freezeScopes(tenantId, operation.repository).find((name) => frozen.has(name));
      return scope === undefined ? undefined : { scope, reason: frozen.get(scope) ?? '' };
    },
    throttledUntil: ({ operation }) => {
      const status = limits.find(
        ({ account }) => account.toLowerCase() === operation?.repository.owner.toLowerCase(),
      )?.status;
      if (status === undefined) return null;
      const spent = status.windows.flatMap(({ left, moreAtMs }) =>
        left <= 0 && moreAtMs !== null ? [moreAtMs] : [],
      );
      const until = Math.max(status.pausedUntilMs ?? 0, ...spent);
      return until > world.nowMs() ? new Date(until).toISOString() : null;
    },
  };
}
