import {
  type EventDraft,
  freezeScopes,
  type OperationState,
  operationStream,
  standingOf,
} from '@marketops/contracts';
import { type Acknowledgements, appendAndEnqueue, type Clock, isoTime, type Outlet } from '@marketops/engine';
import type { CryptoPort } from '@marketops/proof';
import { type AppendContext, type JobSpec, StoreError } from '@marketops/store';
import type { Subject } from '../deciding/step.js';
import { PublisherError } from '../errors.js';
import type { Reach } from '../fault-points.js';
import type { SystemProjection } from '../system-projection.js';
import type { PublisherTiming } from '../timing.js';
import { stopIfFrozen } from './kill-switch.js';
import { ledgerLate } from './stopped.js';
import { Tail } from './tail.js';
import { type AppendStep, watchedOutlet } from './watched-outlet.js';

/** What executions are made of; one per process. */
export interface ExecutionTools extends Outlet {
  readonly crypto: CryptoPort;
  readonly clock: Clock;
  readonly acknowledgements: Acknowledgements;
  readonly system: SystemProjection;
  readonly timing: PublisherTiming;
}

/**
 * One hold on an operation: this worker's, until its lease ends.
 *
 *     started | resumed ──▶ acknowledged by the ledger ──▶ writes … ──▶ outcome
 *                                                  ▲        │ lease short: renewed, acknowledged
 *                                                  └────────┘
 *
 * Fencing is by seq: whoever takes the execution over appends `operation.resumed`, and from then on nothing this one says
 * finds its lease in the stream.
 */
export interface Execution {
  readonly subject: Subject;
  readonly executionId: string;
  readonly startedAt: string;
  /** Attempts that counted, before this one. */
  readonly retries: number;
  readonly state: OperationState;
  /** Aborts when the lock or the lease is lost. */
  readonly signal: AbortSignal;
  /** Writes let go in this attempt: from the first on the provider may have done something. */
  readonly writes: number;
  readonly reach: Reach;
  /** Resolves when the ledger has acknowledged the lease (law X1). @throws Stopped when it has not in time. */
  acknowledged(): Promise<void>;
  /**
   * The kill switch, and the last word on the lease: when it resolves, the request goes at once. Whatever a request has to
   * wait for (a budget, a token), it waits for before. @throws Stopped, PublisherError `lease_lost`.
   */
  beforeWrite(): Promise<void>;
  /** Renews the lease for as long as the work takes: an upload may outlast it. */
  keepingLease<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Appends under this lease and no other. @throws PublisherError `lease_lost`. */
  say(step: AppendStep, events: readonly EventDraft[], jobs: readonly JobSpec[]): Promise<void>;
}

export interface Lease {
  readonly subject: Subject;
  readonly executionId: string;
  readonly startedAt: string;
  readonly retries: number;
  /** The stream's end: the start or resumption that made this lease. */
  readonly tail: Tail;
  readonly context: AppendContext;
  /** The job's: aborts when its lock is lost. */
  readonly signal: AbortSignal;
  readonly reach: Reach;
}

export function openExecution(tools: ExecutionTools, lease: Lease): Execution {
  const { clock, timing } = tools;
  const { subject, executionId, context, reach } = lease;
  const { receipt, operation } = subject;
  const stream = operationStream(receipt.run_id, receipt.operation_id);
  const killSwitch = () => stopIfFrozen(tools, stream, freezeScopes(receipt.tenant_id, operation.repository));
  const lost = new AbortController();
  let joined: AbortSignal | undefined;
  /** Made when it is asked for: signals are held by weak references, and an execution may end without a request. */
  const signalOf = (): AbortSignal => (joined ??= AbortSignal.any([lease.signal, lost.signal]));
  let { tail } = lease;
  let writes = 0;
  let appending: Promise<void> = Promise.resolve();

  /** One append at a time: a renewal and an outcome that met would each take the other for a stranger. */
  const append = (
    step: AppendStep,
    events: readonly EventDraft[],
    jobs: readonly JobSpec[],
  ): Promise<void> => {
    const mine = appending.then(() => appendNow(watchedOutlet(tools, reach, step), events, jobs));
    appending = mine.catch(() => undefined);
    return mine;
  };

  /** Appends after the tail as known; a conflict is harmless while the lease in the stream is still this one. */
  const appendNow = async (
    outlet: Outlet,
    events: readonly EventDraft[],
    jobs: readonly JobSpec[],
  ): Promise<void> => {
    for (;;) {
      try {
        const streams = [{ stream, ...standingOf(tail.state), events }];
        const appended = await appendAndEnqueue(outlet, { context, streams, jobs });
        tail.extend(appended.events);
        return;
      } catch (fault) {
        if (!(fault instanceof StoreError) || fault.code !== 'append_conflict') throw fault;
        await reload();
      }
    }
  };

  const reload = async (): Promise<void> => {
    const [view] = await tools.reader.read([stream]);
    const now = Tail.of(view ?? { events: [], digests: [] });
    // By its event: the ledger may have put another start back at the same seq.
    if (now.state.lease?.eventId !== tail.state.lease?.eventId || now.state.outcome !== undefined)
      throw lose();
    tail = now;
  };

  const lose = (): PublisherError => {
    const fault = new PublisherError('lease_lost', `${stream} has been taken over by another worker.`, {
      retry: 'hold',
    });
    lost.abort(fault);
    return fault;
  };

  /**
   * The stream ends with the lease's event: only the ledger's word on exactly that, with everything before it, lets
   * anything happen.
   */
  const acknowledged = async (): Promise<void> => {
    const { state } = tail;
    const awaited = { seq: state.lastSeq, digest: tail.digest(tools.crypto) };
    if (await tools.acknowledgements.waitFor(stream, awaited, timing.acknowledgementWaitMs)) return;
    const leftMs = leftOf(tail.state, clock) - timing.requestTimeoutMs;
    if (leftMs > 0 && (await tools.acknowledgements.waitFor(stream, awaited, leftMs))) return;
    throw ledgerLate();
  };

  /** No request may still be under way when another worker takes over. */
  const isShort = (): boolean => leftOf(tail.state, clock) <= timing.requestTimeoutMs;

  const renew = async (): Promise<void> => {
    const { operation_id, receipt_id } = receipt;
    const lease_until = isoTime(clock.nowMs() + timing.leaseMs);
    const data = {
      operation_id,
      receipt_id,
      execution_id: executionId,
      lease_until,
      reason: 'lease renewed',
    };
    await append('renewal', [{ type: 'operation.resumed', data }], []);
  };

  return {
    subject,
    executionId,
    startedAt: lease.startedAt,
    retries: lease.retries,
    get state() {
      return tail.state;
    },
    get signal() {
      return signalOf();
    },
    acknowledged,
    async beforeWrite() {
      const signal = signalOf();
      do {
        if (signal.aborted) throw lockLost(signal.reason);
        if (isShort()) {
          await renew();
          await acknowledged();
        }
        await killSwitch();
        await reach('write.cleared');
        // Looked at again, because this process may have stood still in the lines above for as long as it likes. From here
        // to the request there is no wait.
      } while (isShort() || signal.aborted);
      writes += 1;
    },
    get writes() {
      return writes;
    },
    reach,
    async keepingLease(work) {
      const done = new AbortController();
      const keep = async (): Promise<void> => {
        while (!done.signal.aborted) {
          await clock.sleep(timing.leaseMs / 2, done.signal);
          if (!done.signal.aborted) await renew();
        }
      };
      keep().catch((fault: unknown) => lost.abort(fault));
      try {
        return await work();
      } finally {
        done.abort();
      }
    },
    say: append,
  };
}

const leftOf = (state: OperationState, clock: Clock): number =>
  Date.parse(state.lease?.until ?? '') - clock.nowMs();

const lockLost = (cause: unknown): PublisherError =>
  cause instanceof PublisherError
    ? cause
    : new PublisherError('lease_lost', 'The job’s lock is lost.', { retry: 'hold', cause });
