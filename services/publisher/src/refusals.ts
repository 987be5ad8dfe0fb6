import { type EventData, type GateCheck, type Reason, systemStream } from '@marketops/contracts';
import { appendToSystem, type Clock, type Logger } from '@marketops/engine';
import { type CryptoPort, digestOf } from '@marketops/proof';
import type { Appender, EventStore } from '@marketops/store';
import type { Presented } from './gate/read-presentation.js';
import { refusalKey, type SystemProjection } from './system-projection.js';

/** Records refusals that change no operation: `gate.refused` on `system`. */
export interface Refusals {
  /** Once per (check, job digest); beyond the rate the event is dropped and counted, never the refusal itself. */
  record(refusal: Refusal): Promise<void>;
  counts(): { readonly recorded: number; readonly repeated: number; readonly dropped: number };
}

interface Refusal {
  readonly check: GateCheck;
  readonly reason: Reason;
  readonly presented: Presented;
  readonly jobDigest: string;
}

interface RefusalTools {
  readonly store: EventStore;
  readonly appender: Appender;
  readonly clock: Clock;
  readonly log: Logger;
  readonly system: SystemProjection;
}

/** Whoever can add jobs could fill the ledger with refusals; this is all they get. */
const perMinuteMax = 120;
const rememberedMax = 10_000;

export function recordRefusals(tools: RefusalTools): Refusals {
  const remembered = new Set<string>();
  const counts = { recorded: 0, repeated: 0, dropped: 0 };
  let windowAtMs = Number.NEGATIVE_INFINITY;
  let inWindow = 0;
  const append = appendingInTurn(tools);

  const mayRecord = (): boolean => {
    const nowMs = tools.clock.nowMs();
    if (nowMs - windowAtMs >= 60_000) {
      if (counts.dropped > 0) tools.log.warn({ counts }, 'refusals were dropped from the record');
      windowAtMs = nowMs;
      inWindow = 0;
    }
    inWindow += 1;
    return inWindow <= perMinuteMax;
  };

  return {
    counts: () => counts,
    async record({ check, reason, presented, jobDigest }) {
      const key = refusalKey(check, jobDigest);
      if (remembered.has(key)) {
        counts.repeated += 1;
        return;
      }
      // At once, so that of a hundred that come together one is recorded.
      remembered.add(key);
      if (remembered.size > rememberedMax) remembered.delete(remembered.values().next().value ?? key);
      const data = {
        ...{ check, reason, job_digest: jobDigest },
        claimed_run_id: presented.runId,
        claimed_operation_id: presented.operationId,
        claimed_receipt_id: presented.claimedReceiptId,
      };
      try {
        // Before a restart, or by another process, it may have been recorded too: the projection has read the stream.
        if ((await tools.system.current()).refusals.has(key)) {
          counts.repeated += 1;
          return;
        }
        if (!mayRecord()) {
          counts.dropped += 1;
          return;
        }
        await append(data);
        counts.recorded += 1;
      } catch (fault) {
        remembered.delete(key);
        throw fault;
      }
    },
  };
}

type Refused = EventData<'gate.refused'>;

/** Refusals that arrive while an append is under way go together in the next: a flood does not race against itself. */
function appendingInTurn(tools: RefusalTools): (data: Refused) => Promise<void> {
  let waiting: Refused[] = [];
  let next: Promise<void> | undefined;
  let current: Promise<void> = Promise.resolve();
  return (data) => {
    waiting.push(data);
    next ??= current.then(() => {
      const batch = waiting;
      waiting = [];
      next = undefined;
      const appended = appendRefusals(tools, batch);
      current = appended.catch(() => undefined);
      return appended;
    });
    return next;
  };
}

/** Only the tail's seq is read: the stream is long, and what stands in it does not matter here. */
async function appendRefusals({ store, appender }: RefusalTools, batch: readonly Refused[]): Promise<void> {
  const events = batch.map((data) => ({ type: 'gate.refused' as const, data }));
  await appendToSystem(appender, async () => {
    const [afterSeq = 0] = await store.lastSeqs([systemStream]);
    return { afterSeq, events };
  });
}

/**
 * What was presented, by digest. Data that has no canonical form is still some text; data nested too deeply for any text
 * is known by its job's id, so that each is recorded, and once.
 */
export function jobDigestOf(crypto: CryptoPort, data: unknown, jobId: string): string {
  try {
    return digestOf(crypto, data);
  } catch {
    return crypto.sha256Hex(textOf(data) ?? `unserializable ${jobId}`);
  }
}

function textOf(data: unknown): string | undefined {
  try {
    return JSON.stringify(data) ?? 'undefined';
  } catch {
    return undefined;
  }
}
