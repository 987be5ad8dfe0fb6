import type { MarketOpsEvent } from '@marketops/contracts';
import { concernsFreezes, foldFreezes, type OrderTrust } from '@marketops/engine/deciding';
import { type RecordedEvent, type ReplayTrust, scanJournal } from '@marketops/operator/reading';

/** What stood on `system` when something was decided. */
export interface SystemTimeline {
  /** Scope → why, by the events that had been signed and journaled by then. */
  frozenAt(at: Moment): ReadonlyMap<string, string>;
  /** Undefined before the first. */
  epochAt(at: Moment): number | undefined;
}

interface Moment {
  readonly time: string;
  readonly sequence: number;
}

/** Of `system` only what a decision of a run rests on is kept: few events, however long the journal is. */
const isKept = (event: MarketOpsEvent): boolean => concernsFreezes(event) || event.type === 'epoch.opened';
const keptTypes = new Set(['system.frozen', 'system.unfrozen', 'key.revoked', 'epoch.opened']);

/**
 * Reads `system` up to an entry. The index does not find it, so that the journal is read through.
 * @throws JournalError, ProofError
 */
export async function readSystemTimeline(
  from: { readonly journal: string; readonly trust: ReplayTrust; readonly untilSequence: number },
  orders: OrderTrust,
  signal: AbortSignal,
): Promise<SystemTimeline> {
  const kept: RecordedEvent[] = [];
  const scan = scanJournal({
    ...from,
    signal,
    mayFit: ({ stream, type }) => stream === 'system' && keptTypes.has(type),
  });
  for await (const { events } of scan)
    kept.push(...events.filter(({ event }) => event.stream === 'system' && isKept(event)));
  return systemTimeline(kept, orders);
}

function systemTimeline(kept: readonly RecordedEvent[], orders: OrderTrust): SystemTimeline {
  const until = ({ time, sequence }: Moment): MarketOpsEvent[] =>
    kept.flatMap(({ event, entry }) =>
      event.time <= time && (entry?.sequence ?? Infinity) < sequence ? [event] : [],
    );
  return {
    frozenAt: (at) => foldFreezes(orders, until(at)).frozen,
    epochAt: (at) => {
      const opened = until(at).findLast((event) => event.type === 'epoch.opened');
      return opened?.type === 'epoch.opened' ? opened.data.epoch : undefined;
    },
  };
}
