import type { MarketOpsEvent, Mode, Reason } from '@marketops/contracts';

/** The planner's seven, the same in both modes. */
export const stages = ['discover', 'select', 'verify', 'evaluate', 'plan', 'execute', 'seal'] as const;
export type Stage = (typeof stages)[number];

interface Head {
  /** `<entry of the ledger>-<place among what that entry says>`: orders the feed, survives every restart. */
  readonly id: string;
  readonly run_id: string;
  /** Empty where the request named none that could be read. */
  readonly tenant_id: string;
  readonly mode: Mode;
  readonly time: string;
  /** The entry it is derived from. */
  readonly sequence: number;
}

type Said =
  | { readonly type: 'run.started'; readonly data: { readonly principal: string } }
  | { readonly type: 'stage.started' | 'stage.completed'; readonly data: { readonly stage: Stage } }
  | {
      readonly type: 'plan.generated';
      readonly data: {
        readonly plan_digest: string;
        readonly operations: number;
        readonly would_ship: number;
        readonly would_not_ship: number;
      };
    }
  | {
      readonly type: 'execute.blocked';
      readonly data: { readonly operation_id: string; readonly reason: Reason };
    }
  /** The chain's hash at the entry that ends the run. */
  | { readonly type: 'ledger.sealed'; readonly data: { readonly sequence: number; readonly hash: string } }
  | { readonly type: 'run.completed'; readonly data: { readonly status: string } };

export type FeedItem = Head & Said;
export type FeedType = FeedItem['type'];

/** Where an event stands in the ledger, and the chain's hash there. */
export interface FeedPlace {
  readonly sequence: number;
  readonly hash: string;
}

const stageSaid = (type: 'stage.started' | 'stage.completed', stage: Stage): Said => ({
  type,
  data: { stage },
});

/** The stages that the planner passes before it says what the plan is; the first began with the run. */
const planning: readonly Said[] = stages
  .slice(0, 5)
  .flatMap((stage, at) => [
    ...(at === 0 ? [] : [stageSaid('stage.started', stage)]),
    stageSaid('stage.completed', stage),
  ]);

/**
 * What an event of the ledger means for whoever follows a run, in order; empty for most events. Pure: the same event always
 * gives the same items with the same ids.
 *
 * The planner tells of its first five stages in one append, the plan's: they share its time. `ledger.sealed` is what follows
 * from the entry itself: it stands in the chain.
 */
export function feedOf(event: MarketOpsEvent, { sequence, hash }: FeedPlace): FeedItem[] {
  const { run_id, mode, time } = event;
  if (run_id === null || mode === null) return [];
  const head = { run_id, tenant_id: event.tenant_id ?? '', mode, time, sequence };
  return saidBy(event, { sequence, hash }).map((said, at) => ({
    ...head,
    ...said,
    id: feedId(sequence, at),
  }));
}

function saidBy(event: MarketOpsEvent, place: FeedPlace): readonly Said[] {
  switch (event.type) {
    case 'plan.requested':
      return [
        { type: 'run.started', data: { principal: event.data.principal } },
        stageSaid('stage.started', 'discover'),
      ];
    case 'plan.generated': {
      const { plan_digest, operations, would_ship, would_not_ship } = event.data;
      return [
        ...planning,
        { type: 'plan.generated', data: { plan_digest, operations, would_ship, would_not_ship } },
        stageSaid('stage.started', 'execute'),
      ];
    }
    case 'operation.blocked': {
      const { operation_id, reason } = event.data;
      return [{ type: 'execute.blocked', data: { operation_id, reason } }];
    }
    // An ended run executes again.
    case 'redrive.taken':
      return [stageSaid('stage.started', 'execute')];
    case 'run.completed':
      return [
        stageSaid('stage.completed', 'execute'),
        stageSaid('stage.started', 'seal'),
        { type: 'ledger.sealed', data: { ...place } },
        stageSaid('stage.completed', 'seal'),
        { type: 'run.completed', data: { status: event.data.status } },
      ];
    // No stage of it was completed.
    case 'plan.rejected':
      return [
        { type: 'ledger.sealed', data: { ...place } },
        { type: 'run.completed', data: { status: 'rejected' } },
      ];
    default:
      return [];
  }
}

/** The types of events that `feedOf` says anything of. */
export const feedTypes: ReadonlySet<string> = new Set<MarketOpsEvent['type']>([
  'plan.requested',
  'plan.generated',
  'plan.rejected',
  'operation.blocked',
  'redrive.taken',
  'run.completed',
]);

/** A place in the feed. */
export interface FeedCursor {
  readonly sequence: number;
  readonly at: number;
}

export const feedId = (sequence: number, at: number): string => `${sequence}-${at}`;

/** @returns undefined for what is no id of the feed: a client may send anything as its Last-Event-ID */
export function parseFeedId(id: string): FeedCursor | undefined {
  const [, sequence, at] = /^(\d{1,15})-(\d{1,3})$/.exec(id) ?? [];
  if (sequence === undefined || at === undefined) return undefined;
  return { sequence: Number(sequence), at: Number(at) };
}

/** Whether the item comes after that place. */
export function isAfter({ sequence, id }: FeedItem, cursor: FeedCursor): boolean {
  if (sequence !== cursor.sequence) return sequence > cursor.sequence;
  return (parseFeedId(id)?.at ?? 0) > cursor.at;
}
