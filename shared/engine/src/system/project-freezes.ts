import type { MarketOpsEvent } from '@marketops/contracts';
import type { VerifiedReader } from '@marketops/store';
import type { Logger } from '../log.js';
import { followSystem } from './follow.js';
import { concernsFreezes, type FreezeView, foldFreezes } from './freezes.js';
import type { OrderTrust } from './orders.js';
import type { Settled } from './settled.js';

export interface FreezeProjection {
  /**
   * What is frozen, at most a quarter of a second old. Rejects while `system` cannot be read or believed, or may have been
   * cut back: that holds, it never passes.
   */
  current(): Promise<FreezeView>;
}

/**
 * The second source of a freeze, beside the control keys: whoever can write Redis can take a scope out of a control key,
 * and cannot unsay a signed event.
 */
export function projectFreezes(options: {
  readonly reader: VerifiedReader;
  readonly trust: OrderTrust;
  readonly nowMs: () => number;
  readonly log: Logger;
  readonly settled: Settled;
}): FreezeProjection {
  const freezes = collectFreezes(options.trust, options.log);
  const follow = followSystem(options.reader, options.nowMs, (events) => freezes.add(events));
  return {
    async current() {
      await options.settled();
      await follow();
      return freezes.view();
    },
  };
}

/**
 * The same for a projection that folds more of `system` than its freezes. What the orders are worth is asked again when the
 * keyring has changed: the key of who unfroze may have come, or gone, after the event.
 */
export function collectFreezes(
  trust: OrderTrust,
  log: Logger,
): { add(events: readonly MarketOpsEvent[]): void; view(): FreezeView } {
  const kept: MarketOpsEvent[] = [];
  const told = new Set<string>();
  let keys = trust.keyring.list();
  let folded = foldFreezes(trust, kept);
  const fold = (): void => {
    keys = trust.keyring.list();
    folded = foldFreezes(trust, kept);
    for (const { eventId, ...refused } of folded.refused) {
      if (told.has(eventId)) continue;
      log.error({ event_id: eventId, ...refused }, 'an unfreeze does not count; the scope stays frozen');
    }
    for (const { eventId } of folded.refused) told.add(eventId);
  };
  return {
    add(events) {
      const fresh = events.filter(concernsFreezes);
      if (fresh.length === 0) return;
      kept.push(...fresh);
      fold();
    },
    view() {
      if (trust.keyring.list() !== keys) fold();
      return folded;
    },
  };
}
