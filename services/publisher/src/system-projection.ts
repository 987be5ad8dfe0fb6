import type { MarketOpsEvent } from '@marketops/contracts';
import { collectFreezes, followSystem, type Logger, type OrderTrust, type Settled } from '@marketops/engine';
import type { VerifiedReader } from '@marketops/store';

/** What the publisher reads of the `system` stream. */
interface SystemView {
  /** Frozen scopes, each with why. */
  readonly frozen: ReadonlyMap<string, string>;
  /** Refusals on record, as `<check> <job digest>`: the newest ones. */
  readonly refusals: ReadonlySet<string>;
}

export interface SystemProjection {
  /** As `FreezeProjection.current`. */
  current(): Promise<SystemView>;
}

const refusalsKept = 10_000;

export const refusalKey = (check: string, jobDigest: string): string => `${check} ${jobDigest}`;

/** Freezes and refusals in one reading of the stream. */
export function projectSystem(options: {
  readonly reader: VerifiedReader;
  readonly trust: OrderTrust;
  readonly nowMs: () => number;
  readonly log: Logger;
  readonly settled: Settled;
}): SystemProjection {
  const freezes = collectFreezes(options.trust, options.log);
  const refusals = new Set<string>();
  const follow = followSystem(options.reader, options.nowMs, (events) => {
    freezes.add(events);
    for (const event of events) remember(event, refusals);
  });
  return {
    async current() {
      await options.settled();
      await follow();
      return { frozen: freezes.view().frozen, refusals };
    },
  };
}

function remember(event: MarketOpsEvent, refusals: Set<string>): void {
  if (event.type !== 'gate.refused') return;
  refusals.add(refusalKey(event.data.check, event.data.job_digest));
  if (refusals.size > refusalsKept) for (const oldest of refusals) return void refusals.delete(oldest);
}
