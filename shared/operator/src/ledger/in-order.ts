import type { MarketOpsEvent } from '@marketops/contracts';

/**
 * Events of several streams in the order they most likely happened: by time, and within a stream by seq whatever the
 * clocks say. The ledger's order is the authority where it is known.
 */
export function inOrder(events: readonly MarketOpsEvent[]): MarketOpsEvent[] {
  return [...events].sort((a, b) => {
    if (a.stream === b.stream) return a.seq - b.seq;
    return a.time.localeCompare(b.time) || a.id.localeCompare(b.id);
  });
}
