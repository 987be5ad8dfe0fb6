import { type EventOf, type MarketOpsEvent, roomScope, systemStream } from '@marketops/contracts';
import { type FreezeView, foldFreezes, type OrderTrust, type RefusedUnfreeze } from '@marketops/engine';
import { partitionCount } from '@marketops/store';
import type { Live } from '../system/live.js';

/** A scope that is frozen, by the `system` stream, by the control keys, or, as it should be, by both. */
export interface FrozenScope {
  readonly scope: string;
  /** By signed events, oldest first; empty where only control keys say so. */
  readonly events: readonly EventOf<'system.frozen'>[];
  /** How many of the 64 control keys have it, and the reason that stands in them. */
  readonly controlKeys: number;
  readonly controlReason: string | undefined;
}

export interface FrozenScopes {
  readonly scopes: readonly FrozenScope[];
  /** Orders to unfreeze that stand in the stream and do not count. */
  readonly refused: readonly RefusedUnfreeze[];
}

export const everyPartition: readonly number[] = Array.from({ length: partitionCount }, (_, at) => at);

/** Where both sources agree. What the ledger freezes for want of room stands in the control keys alone. */
export const agrees = ({ scope, events, controlKeys }: FrozenScope): boolean =>
  (events.length > 0 || scope === roomScope) && controlKeys === partitionCount;

/**
 * What is frozen, by both sources. Either suffices to keep everything in the scope from starting.
 * @throws StoreError where the stream cannot be read or believed
 */
export async function readFrozenScopes(
  { reader, store }: Pick<Live, 'reader' | 'store'>,
  trust: OrderTrust,
): Promise<FrozenScopes> {
  const [views, inControl] = await Promise.all([reader.read([systemStream]), frozenInControl(store)]);
  const events = views[0]?.events ?? [];
  const view = foldFreezes(trust, events);
  const scopes = [...new Set([...view.frozen.keys(), ...inControl.keys()])].sort().map((scope) => ({
    scope,
    events: standingFreezes(events, view, scope),
    controlKeys: inControl.get(scope)?.count ?? 0,
    controlReason: inControl.get(scope)?.reason,
  }));
  return { scopes, refused: view.refused };
}

/** The scopes that control keys have, with how many of the 64 and a reason that stands in them. */
export async function frozenInControl(
  store: Live['store'],
): Promise<ReadonlyMap<string, { readonly count: number; readonly reason: string }>> {
  const frozen = new Map<string, { count: number; reason: string }>();
  for (const control of await store.readControl(everyPartition)) {
    for (const [scope, reason] of control?.frozen ?? [])
      frozen.set(scope, { count: (frozen.get(scope)?.count ?? 0) + 1, reason });
  }
  return frozen;
}

/** The freezes of a scope since it was last unfrozen. */
function standingFreezes(
  events: readonly MarketOpsEvent[],
  { frozen, refused }: FreezeView,
  scope: string,
): EventOf<'system.frozen'>[] {
  if (!frozen.has(scope)) return [];
  const counted = (event: MarketOpsEvent) =>
    event.type === 'system.unfrozen' &&
    event.data.scopes.includes(scope) &&
    !refused.some(({ eventId, scopes }) => eventId === event.id && scopes.includes(scope));
  const from = events.findLastIndex(counted) + 1;
  return events
    .slice(from)
    .filter((event) => event.type === 'system.frozen')
    .filter(({ data }) => data.scopes.includes(scope));
}
