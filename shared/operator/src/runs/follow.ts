import { evolveRun, initialRun, type MarketOpsEvent, operationStream, runStream } from '@marketops/contracts';
import { systemClock } from '@marketops/engine';
import type { EventStore } from '@marketops/store';
import { OperatorError } from '../errors.js';
import { inOrder } from '../ledger/in-order.js';
import type { Blobs } from '../system/inline-or-blob.js';
import type { Live } from '../system/live.js';

export interface FollowOptions {
  readonly live: Pick<Live, 'store' | 'reader'>;
  readonly blobs: Blobs;
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Asked while there is no run yet: throws where there never will be one. */
  readonly beforeFirst?: () => Promise<void>;
}

/** Wake-ups come with the ledger's acknowledgements; this is for those that get lost. */
const lookAgainMs = 200;
/** A large plan's operations are acknowledged in quick succession, and each look reads them all. */
const largePlanStreams = 50;
const restMs = 100;

/**
 * A run's events as they are appended, all streams of the run together, until the run has ended. Every event is
 * verified; within a stream none is missing.
 * @throws OperatorError `timed_out`, and the signal's reason
 */
export async function* followRun(options: FollowOptions): AsyncGenerator<MarketOpsEvent> {
  const { live, blobs, runId, signal, timeoutMs, beforeFirst } = options;
  const cursors = new Map<string, number>([[runStream(runId), 0]]);
  const deadlineMs = Date.now() + timeoutMs;
  const bell = await openBell(live.store, cursors);
  let run = initialRun;
  try {
    for (let seen = 0; ; ) {
      const rung = bell.next();
      // Redis may go away while we wait for its answer; the deadline holds all the same.
      const soon = <Value>(reading: Promise<Value>) =>
        before(deadlineMs, reading, () => timedOut(runId, timeoutMs));
      const events = await soon(readNew(live, cursors, runStream(runId)));
      for (const event of events) {
        run = evolveRun(run, event);
        if (event.type !== 'plan.generated') continue;
        const plan = await blobs.plan(event);
        for (const { operation_id: id } of plan?.operations ?? []) cursors.set(operationStream(runId, id), 0);
      }
      // Read after the run's own stream: what came before the run's end is in there.
      const ofOperations = await soon(
        Promise.all([...cursors.keys()].slice(1).map((stream) => readNew(live, cursors, stream))),
      );
      const fresh = inOrder([...events, ...ofOperations.flat()]);
      yield* fresh;
      seen += fresh.length;
      // What it says now: a run that was redriven has ended before.
      if (run.status === 'completed' || run.status === 'rejected') return;
      if (seen === 0 && beforeFirst !== undefined) await soon(beforeFirst());
      if (Date.now() >= deadlineMs) throw timedOut(runId, timeoutMs);
      await rung(Math.min(lookAgainMs, deadlineMs - Date.now()), signal);
      if (cursors.size > largePlanStreams) await systemClock.sleep(restMs, signal);
    }
  } finally {
    // Not awaited: its goodbye would wait for a Redis that is gone. The store closes the connection anyway.
    bell.close().catch(() => undefined);
  }
}

async function readNew(
  { reader }: Pick<Live, 'reader'>,
  cursors: Map<string, number>,
  stream: string,
): Promise<readonly MarketOpsEvent[]> {
  const { events, lastSeq } = await reader.readAfter(stream, cursors.get(stream) ?? 0);
  cursors.set(stream, lastSeq);
  return events;
}

interface Bell {
  /** Begins to listen; what it returns waits until something rang since, for at most `ms`. */
  next(): (ms: number, signal: AbortSignal) => Promise<void>;
  close(): Promise<void>;
}

async function openBell(store: EventStore, streams: ReadonlyMap<string, unknown>): Promise<Bell> {
  let ring: () => void = () => undefined;
  const unsubscribe = await store.onAcknowledged((acknowledged) => {
    if (acknowledged.some((stream) => streams.has(stream))) ring();
  });
  return {
    next() {
      const rung = new Promise<void>((resolve) => {
        ring = resolve;
      });
      return async (ms, signal) => {
        signal.throwIfAborted();
        let timer: NodeJS.Timeout | undefined;
        const elapsed = new Promise<void>((resolve) => {
          timer = setTimeout(resolve, ms);
        });
        let aborted: () => void = () => undefined;
        const interrupted = new Promise<never>((_, reject) => {
          aborted = () => reject(signal.reason);
          signal.addEventListener('abort', aborted, { once: true });
        });
        try {
          await Promise.race([rung, elapsed, interrupted]);
        } finally {
          clearTimeout(timer);
          signal.removeEventListener('abort', aborted);
        }
      };
    },
    close: () => unsubscribe(),
  };
}

async function before<Value>(
  deadlineMs: number,
  reading: Promise<Value>,
  fault: () => OperatorError,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(fault()), Math.max(0, deadlineMs - Date.now()) + lookAgainMs);
  });
  return Promise.race([reading, late]).finally(() => clearTimeout(timer));
}

const timedOut = (runId: string, timeoutMs: number) =>
  new OperatorError('timed_out', `${runId} has not ended within ${Math.round(timeoutMs / 1_000)} s`, {
    next: `It goes on without us: marketops timeline ${runId} shows where it stands, marketops doctor what may hold it.`,
  });
