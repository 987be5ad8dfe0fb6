import { type EventData, type MarketOpsEvent, systemStream } from '@marketops/contracts';
import { appendToSystem, followSystem, type Settled } from '@marketops/engine';
import type { Appender, EventStore, VerifiedReader } from '@marketops/store';

type Unreceipted = EventData<'effect.unreceipted'>;

/** With this many on record nothing further is said: what nobody reads any more must not fill the ledger. */
const reportedMax = 10_000;

/** What was told of effects without a receipt: the fold of `system`. */
export interface ReportedEffects {
  /** Brings it up to date. @throws StoreError where `system` cannot be read or believed */
  current(): Promise<{ has(effect: Unreceipted): boolean; readonly isFull: boolean }>;
  /** Says it, once for all processes. @returns false where it has been said */
  say(effect: Unreceipted): Promise<boolean>;
}

const keyOf = ({ repository, operation_kind: kind, remote_id: id }: Unreceipted): string =>
  `${repository.toLowerCase()} ${kind} ${id}`;

export function followReported(the: {
  readonly reader: VerifiedReader;
  readonly store: EventStore;
  readonly appender: Appender;
  readonly settled: Settled;
}): ReportedEffects {
  const reported = new Set<string>();
  const fold = (events: readonly MarketOpsEvent[]) => {
    for (const event of events)
      if (event.type === 'effect.unreceipted' && reported.size < reportedMax) reported.add(keyOf(event.data));
  };
  // What was read a moment ago is old here: an answer decides whether something is said.
  const follow = followSystem(the.reader, alwaysLater(), fold);
  const current = async () => {
    await the.settled();
    await follow();
    return {
      has: (effect: Unreceipted) => reported.has(keyOf(effect)),
      isFull: reported.size >= reportedMax,
    };
  };
  return {
    current,
    async say(effect) {
      const said = await appendToSystem(the.appender, async () => {
        const [afterSeq = 0] = await the.store.lastSeqs([systemStream]);
        const { has, isFull } = await current();
        const isNew = !has(effect) && !isFull;
        return { afterSeq, events: isNew ? [{ type: 'effect.unreceipted', data: effect }] : [] };
      });
      return said.length > 0;
    },
  };
}

function alwaysLater(): () => number {
  let ms = 0;
  return () => (ms += 1_000);
}
