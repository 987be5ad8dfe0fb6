import { type MarketOpsEvent, systemStream } from '@marketops/contracts';
import type { VerifiedReader } from '@marketops/store';

/** What the publisher reads of the `system` stream. */
interface SystemView {
  /** Frozen scopes, each with why. */
  readonly frozen: ReadonlyMap<string, string>;
  /** Refusals on record, as `<check> <job digest>`: the newest ones. */
  readonly refusals: ReadonlySet<string>;
}

export interface SystemProjection {
  /** Never older than `staleMs`. Rejects while the stream cannot be read or believed: that holds, it never passes. */
  current(): Promise<SystemView>;
}

const staleMs = 250;
const refusalsKept = 10_000;

export const refusalKey = (check: string, jobDigest: string): string => `${check} ${jobDigest}`;

/**
 * The second source of a freeze, beside the control keys: whoever can write Redis can take a scope out of a control key,
 * and cannot unsay a signed event. Kept in memory and advanced by what is new, so that a thousand presentations a second
 * cost four reads.
 */
export function projectSystem(reader: VerifiedReader, nowMs: () => number): SystemProjection {
  const frozen = new Map<string, string>();
  const refusals = new Set<string>();
  let lastSeq = 0;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<SystemView> | undefined;

  const advance = async (): Promise<SystemView> => {
    const startedAtMs = nowMs();
    const view = await reader.readAfter(systemStream, lastSeq);
    for (const event of view.events) fold(event, frozen, refusals);
    lastSeq = view.lastSeq;
    readAtMs = startedAtMs;
    return { frozen, refusals };
  };

  return {
    current() {
      if (nowMs() - readAtMs < staleMs) return Promise.resolve({ frozen, refusals });
      reading ??= advance().finally(() => {
        reading = undefined;
      });
      return reading;
    },
  };
}

function fold(event: MarketOpsEvent, frozen: Map<string, string>, refusals: Set<string>): void {
  switch (event.type) {
    case 'system.frozen':
      for (const scope of event.data.scopes) frozen.set(scope, event.data.reason);
      break;
    case 'system.unfrozen':
      for (const scope of event.data.scopes) frozen.delete(scope);
      break;
    case 'gate.refused':
      refusals.add(refusalKey(event.data.check, event.data.job_digest));
      if (refusals.size > refusalsKept) for (const oldest of refusals) return void refusals.delete(oldest);
      break;
    default:
  }
}
