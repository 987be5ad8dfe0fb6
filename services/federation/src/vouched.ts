import { type EventOf, invariant, runStream, standingOf } from '@marketops/contracts';
import { type AwaitedEvent, type Engine, HoldError } from '@marketops/engine';
import { digestOf, extendStreamDigest } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { StoreError } from '@marketops/store';
import type { AuthorizationView } from './deciding/view.js';

/** The ledger's word that events stand, with everything before them: `Acknowledgements.waitFor`. */
export type Vouching = (stream: string, awaited: AwaitedEvent, timeoutMs: number) => Promise<boolean>;

/** What federation has said on a run last, as it awaits the ledger's word on it. */
interface Counted extends AwaitedEvent {
  readonly eventId: string;
}

/** Makes sure that a run's stream is whole before a mint rests on what was said there. */
export interface StatementCount {
  /**
   * @returns the run's last seq now
   * @throws HoldError while the ledger has not vouched for the run as it was loaded
   */
  vouched(view: AuthorizationView, operationIds: readonly string[], policyDigest: string): Promise<number>;
}

const waitMs = 2_000;
const rememberedMax = 10_000;
const operationsMax = 100;

/**
 * Whoever can write Redis can cut a run back to before a denial, a withdrawal or a failed check, and put the ledger's older
 * word beside it: what is left verifies. So federation says `approval.counted` after what it has read, an event that did
 * not exist before, and mints only when the ledger has acknowledged it: its running digest covers all that stood before,
 * and on a run that was cut back there is no such word.
 */
export function countStatements(engine: Engine, vouches: Vouching): StatementCount {
  const counted = new Map<string, Counted>();

  const say = async (
    view: AuthorizationView,
    operationIds: readonly string[],
    policyDigest: string,
  ): Promise<Counted> => {
    const { runId, run, planDigest } = view;
    const event = await append(engine, view, {
      plan_digest: planDigest,
      policy_digest: policyDigest,
      operation_ids: operationIds.slice(0, operationsMax),
    });
    const digest = extendStreamDigest(nodeCrypto, view.runDigest(), digestOf(nodeCrypto, event));
    invariant(event.seq === run.lastSeq + 1, 'it stands right after what was read');
    const said = { eventId: event.id, seq: event.seq, digest };
    counted.set(runId, said);
    for (const oldest of counted.keys()) {
      if (counted.size <= rememberedMax) break;
      counted.delete(oldest);
    }
    return said;
  };

  return {
    async vouched(view, operationIds, policyDigest) {
      const before = counted.get(view.runId);
      // Asked again while the ledger is away: what this process has said and what still stands last will do.
      const stands = before !== undefined && before.eventId === view.lastEventId;
      const said = stands ? before : await say(view, operationIds, policyDigest);
      if (await vouches(runStream(view.runId), said, waitMs)) return said.seq;
      throw new HoldError(
        'the ledger has not vouched for what was said of this run',
        engine.loaded.tuning.holdMs,
      );
    },
  };
}

async function append(
  { appender, loaded }: Engine,
  { runId, run }: AuthorizationView,
  data: EventOf<'approval.counted'>['data'],
): Promise<EventOf<'approval.counted'>> {
  const context = {
    tenantId: run.tenantId,
    runId,
    mode: run.mode,
    causationId: run.planned?.id ?? null,
    correlationId: runId,
  };
  const events = [{ type: 'approval.counted' as const, data }];
  try {
    const streams = [{ stream: runStream(runId), ...standingOf(run), events }];
    const [event] = (await appender.append({ context, streams })).events;
    invariant(event?.type === 'approval.counted', 'what was appended is what stands');
    return event;
  } catch (fault) {
    const lost = fault instanceof StoreError && fault.code === 'append_conflict';
    if (!lost) throw fault;
    // Something more has been said: then it is read first.
    throw new HoldError('somebody has just said something about this run', loaded.tuning.holdMs);
  }
}
