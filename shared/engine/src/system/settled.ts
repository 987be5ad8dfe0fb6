import { type EventOf, invariant, systemStream } from '@marketops/contracts';
import type { VerifiedReader } from '@marketops/store';
import type { Acknowledgements, AwaitedEvent } from '../acknowledgements.js';
import { HoldError } from '../errors.js';
import type { Engine } from '../host.js';
import { newUlid } from '../ids.js';
import type { Logger } from '../log.js';
import { appendToSystem } from './append.js';

/** Rejects with a hold while this process cannot know that it sees the whole of `system`. */
export type Settled = () => Promise<void>;

/** How long one look waits for the ledger; also how long whoever has to wait is sent away. */
const waitMs = 1_000;

/**
 * Whoever can write Redis can cut `system` back to before a freeze and put the ledger's older word beside it: everything
 * there verifies, and nothing shows. So a process that has just started says something new on `system` and waits for the
 * ledger's word on that: its running digest covers all that stood before, and a stream that was cut back gets no such word.
 * From then on what has been read is remembered, and cannot be taken away.
 *
 * @param say appends `service.started` to `system`; asked again until it has done so once
 * @param isAcknowledged whether the ledger's word covers the event, with everything before it
 * @returns the look to repeat until it says true, and what whoever reads `system` asks first
 */
export function settleSystem(options: {
  readonly reader: VerifiedReader;
  readonly log: Logger;
  readonly say: () => Promise<EventOf<'service.started'>>;
  readonly isAcknowledged: (awaited: AwaitedEvent, timeoutMs: number) => Promise<boolean>;
}): { look(): Promise<boolean>; readonly settled: Settled; isSettled(): boolean } {
  const { reader, log, say, isAcknowledged } = options;
  let started: EventOf<'service.started'> | undefined;
  let isSettled = false;
  let looks = 0;

  const look = async (): Promise<boolean> => {
    if (isSettled) return true;
    started ??= await say();
    const [view] = await reader.read([systemStream]);
    const digest = view?.digests[started.seq - 1];
    const isOurs = view?.events[started.seq - 1]?.id === started.id;
    isSettled =
      isOurs && digest !== undefined && (await isAcknowledged({ seq: started.seq, digest }, waitMs));
    looks += 1;
    // Once in a while: it stays so until somebody looks into it.
    if (!isSettled && looks % 30 === 5) {
      log.error(
        { seq: started.seq },
        'the ledger does not acknowledge what this process has said on system: it does not run, or the stream is not what the ledger holds',
      );
    }
    return isSettled;
  };

  return {
    look,
    isSettled: () => isSettled,
    settled: async () => {
      if (isSettled) return;
      throw new HoldError('the ledger has not vouched for the system stream yet', waitMs);
    },
  };
}

/** For a service: looks from its start on, until the ledger has vouched for `system`. */
export function settleAtStart(
  engine: Engine,
  service: 'federation' | 'publisher',
  acknowledgements: Acknowledgements,
): Settled {
  const { reader, store, appender, log } = engine;
  const data = { service, instance: newUlid() };
  const { look, settled, isSettled } = settleSystem({
    reader,
    log,
    say: async () => {
      const [event] = await appendToSystem(appender, async () => {
        const [afterSeq = 0] = await store.lastSeqs([systemStream]);
        return { afterSeq, events: [{ type: 'service.started', data }] };
      });
      invariant(event?.type === 'service.started', 'what was appended is what stands');
      return event;
    },
    isAcknowledged: (awaited, timeoutMs) => acknowledgements.waitFor(systemStream, awaited, timeoutMs),
  });
  const turn = async (): Promise<void> => {
    try {
      await look();
    } catch (fault) {
      // Until the ledger has opened the partitions nothing can be said.
      log.debug({ fault }, 'the system stream cannot be vouched for yet');
    }
  };
  engine.health('system', () => (isSettled() ? 'vouched for' : 'not vouched for'));
  void turn();
  engine.every(waitMs, 'system', turn);
  return settled;
}
