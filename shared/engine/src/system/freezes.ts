import { type EventOf, limits, type MarketOpsEvent } from '@marketops/contracts';
import { type OrderTrust, whyNoOrder } from './orders.js';

/** What is frozen, and what was said to end it without counting. */
export interface FreezeView {
  /** Scope → why. */
  readonly frozen: ReadonlyMap<string, string>;
  /** Scope → everybody who froze it: none of them can unfreeze it. */
  readonly frozenBy: ReadonlyMap<string, readonly string[]>;
  readonly refused: readonly RefusedUnfreeze[];
}

export interface RefusedUnfreeze {
  readonly eventId: string;
  readonly principal: string;
  readonly scopes: readonly string[];
  readonly fault: string;
}

type Unfrozen = EventOf<'system.unfrozen'>;
/** An order to unfreeze as an event has it, or would have it. */
export type UnfreezeOrder = Pick<Unfrozen, 'time' | 'seq'> & {
  readonly data: Pick<Unfrozen['data'], 'scopes' | 'principal' | 'command'>;
};

interface Frozen {
  readonly why: string;
  readonly by: ReadonlySet<string>;
  /** When it was last frozen, and by which event. */
  readonly at: string;
  readonly eventId: string;
}

interface Folded {
  readonly frozen: Map<string, Frozen>;
  readonly refused: RefusedUnfreeze[];
  /** Orders that have counted: each does so once. */
  readonly used: Set<string>;
  /** Key id → the seq of its `key.revoked`. */
  readonly revoked: ReadonlyMap<string, number>;
}

/** Whether an event changes what `foldFreezes` answers. */
export const concernsFreezes = (event: MarketOpsEvent): boolean =>
  event.type === 'system.frozen' || event.type === 'system.unfrozen' || event.type === 'key.revoked';

/**
 * What is frozen after the verified events of `system`, in order; those that do not concern freezes may be left out. Pure.
 *
 * It fails closed (law O1): a freeze counts because it stands, whatever its order is worth; an unfreeze counts only by a
 * valid order of somebody other than everyone who froze the scope.
 */
export function foldFreezes(trust: OrderTrust, events: readonly MarketOpsEvent[]): FreezeView {
  const folded = fold(trust, events);
  const entries = [...folded.frozen];
  return {
    frozen: new Map(entries.map(([scope, { why }]) => [scope, why])),
    frozenBy: new Map(entries.map(([scope, { by }]) => [scope, [...by]])),
    refused: folded.refused,
  };
}

/**
 * For whoever carries an order: why it would not unfreeze a scope if it were appended after these events. One that names no
 * freeze is not carried, though what stands from before there were names still counts.
 * @returns scope → fault, for those of its scopes that would stay frozen
 */
export function unfreezeFaults(
  trust: OrderTrust,
  events: readonly MarketOpsEvent[],
  order: UnfreezeOrder,
): ReadonlyMap<string, string> {
  const { action } = order.data.command;
  if (action.kind === 'unfreeze' && action.freezes === undefined)
    return new Map(
      order.data.scopes.map((scope) => [scope, 'the order does not name the freeze it is to lift']),
    );
  return faultsOf(trust, fold(trust, events), order);
}

/** The first of these scopes that is frozen in any of the maps (scope → why); undefined for none. */
export function frozenScope(
  scopes: readonly string[],
  ...frozen: readonly ReadonlyMap<string, string>[]
): { readonly scope: string; readonly reason: string } | undefined {
  for (const scope of scopes) {
    for (const map of frozen) {
      const reason = map.get(scope);
      if (reason !== undefined) return { scope, reason };
    }
  }
  return undefined;
}

function fold(trust: OrderTrust, events: readonly MarketOpsEvent[]): Folded {
  const revoked = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'key.revoked' && !revoked.has(event.data.key_id))
      revoked.set(event.data.key_id, event.seq);
  }
  const folded: Folded = { frozen: new Map(), refused: [], used: new Set(), revoked };
  for (const event of events) {
    if (event.type === 'system.frozen') freeze(folded, event);
    else if (event.type === 'system.unfrozen') unfreeze(trust, folded, event);
  }
  return folded;
}

function freeze({ frozen }: Folded, { id, time, data }: EventOf<'system.frozen'>): void {
  for (const scope of data.scopes) {
    const by = new Set(frozen.get(scope)?.by).add(data.principal);
    frozen.set(scope, { why: data.reason, by, at: time, eventId: id });
  }
}

function unfreeze(trust: OrderTrust, folded: Folded, event: Unfrozen): void {
  const faults = faultsOf(trust, folded, event);
  const lifted = event.data.scopes.filter((scope) => !faults.has(scope));
  for (const scope of lifted) folded.frozen.delete(scope);
  if (lifted.length > 0) folded.used.add(event.data.command.command_id);
  for (const fault of new Set(faults.values())) {
    const scopes = [...faults].filter(([, one]) => one === fault).map(([scope]) => scope);
    folded.refused.push({ eventId: event.id, principal: event.data.principal, scopes, fault });
  }
}

function faultsOf(trust: OrderTrust, folded: Folded, order: UnfreezeOrder): Map<string, string> {
  const faults = new Map<string, string>();
  const invalid = invalidity(trust, folded, order);
  for (const scope of order.data.scopes) {
    const fault = invalid ?? scopeFault(folded.frozen.get(scope), order);
    if (fault !== undefined) faults.set(scope, fault);
  }
  return faults;
}

/** The second person, and an order about this freeze and none before it. */
function scopeFault(frozen: Frozen | undefined, { data }: UnfreezeOrder): string | undefined {
  if (frozen === undefined) return undefined;
  if (frozen.by.has(data.principal)) return `${data.principal} froze it; somebody else must unfreeze it`;
  if (Date.parse(data.command.issued_at) + limits.clockSkewMsMax < Date.parse(frozen.at))
    return 'the order was signed before the scope was frozen';
  const { action } = data.command;
  // Orders of old name none; for them the time above has to do.
  const named = action.kind === 'unfreeze' ? action.freezes : undefined;
  if (named === undefined || named.includes(frozen.eventId)) return undefined;
  return `it was frozen again by ${frozen.eventId}, which the order does not name`;
}

function invalidity(trust: OrderTrust, folded: Folded, order: UnfreezeOrder): string | undefined {
  const { command, principal, scopes } = order.data;
  if (command.action.kind !== 'unfreeze') return 'the order is not one to unfreeze';
  if (!isSameSet(command.action.scopes, scopes)) return 'the order is for other scopes';
  if (command.principal !== principal) return 'the order is somebody else’s';
  if (folded.used.has(command.command_id)) return 'the order has been used';
  const why = whyNoOrder(trust, command, order.time);
  if (why !== undefined) return why;
  return isRevokedBefore(trust, folded, order) ? 'its key is revoked' : undefined;
}

/**
 * The carrier chooses the event's time, so that alone does not say an order is older than its key's revocation. The place
 * in the stream does: what stands before `key.revoked` was there before.
 */
function isRevokedBefore(
  { keyring }: OrderTrust,
  { revoked }: Folded,
  { seq, data: { command } }: UnfreezeOrder,
): boolean {
  const revokedSeq = revoked.get(command.key_id);
  const isRevoked = revokedSeq !== undefined || keyring.describe(command.key_id)?.revoked_at !== null;
  const stoodBefore = revokedSeq !== undefined && seq < revokedSeq;
  return isRevoked && !stoodBefore;
}

const isSameSet = (one: readonly string[], other: readonly string[]): boolean => {
  const [ours, theirs] = [new Set(one), new Set(other)];
  return ours.size === theirs.size && [...ours].every((scope) => theirs.has(scope));
};
