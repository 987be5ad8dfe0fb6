import { freezeScopes } from '@marketops/contracts';
import { type Live, type RunRecord, type Runs, readFrozenScopes } from '@marketops/operator';
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

const hourMs = 3_600_000;

/**
 * When a publisher’s own cap on starts has room again, at the latest: what had been started when it held the operation has left its hour
 * by then. Which starts these were is in that publisher’s files alone, so how much sooner cannot be said here.
 */
function capUntilMs(events: RunRecord['operations'][number]['events']): number {
  const held = events.findLast(({ event }) => event.type === 'operation.held')?.event;
  return held?.type === 'operation.held' && held.data.reason.code === 'hourly_cap'
    ? Date.parse(held.time) + hourMs
    : 0;
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
    throttledUntil: ({ operation, state, events }) => {
      const status = limits.find(
        ({ account }) => account.toLowerCase() === operation?.repository.owner.toLowerCase(),
      )?.status;
      const ownCap = state.phase === 'authorized' ? capUntilMs(events) : 0;
      const spent = (status?.windows ?? []).flatMap(({ left, moreAtMs }) =>
        left <= 0 && moreAtMs !== null ? [moreAtMs] : [],
      );
      const until = Math.max(status?.pausedUntilMs ?? 0, ownCap, ...spent);
      return until > world.nowMs() ? new Date(until).toISOString() : null;
    },
  };
}
