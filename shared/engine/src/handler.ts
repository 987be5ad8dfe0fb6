import type { Fault } from '@marketops/contracts';
import {
  type AppendContext,
  type Appended,
  type AppendedStream,
  type Appender,
  type BlobStore,
  type EventStore,
  type JobSpec,
  RunRetiredError,
  type SealedValue,
  StoreError,
  type VerifiedReader,
} from '@marketops/store';
import type { Queues } from './queues.js';
import type { IncomingJob } from './worker.js';

/** What a decision yields: events per stream, all in one partition, and the jobs that follow from them. */
export interface Decision {
  readonly context: AppendContext;
  readonly streams: readonly AppendedStream[];
  readonly jobs: readonly JobSpec[];
  /** What the events name as `sha256:…`; made durable before the append. */
  readonly blobs?: readonly string[];
  /** What they name as `sealed`; likewise. */
  readonly sealed?: readonly SealedValue[];
  readonly scopes?: readonly string[];
  readonly deadline?: { readonly runId: string; readonly atMs: number | null };
  /** Why a part could not be decided yet: thrown when the rest stands, so that the job comes back for it. */
  readonly hold?: Fault;
}

/** What appending and enqueuing need. */
export interface Outlet {
  readonly store: EventStore;
  readonly reader: VerifiedReader;
  readonly appender: Appender;
  readonly queues: Queues;
  readonly blobs: BlobStore;
}

/**
 * One kind of trigger, handled so that twice is once (law E2):
 *
 *     load ─▶ already handled? ─ yes ─▶ enqueue what it produced, again
 *                  │ no
 *                  ▼
 *              gather facts ─▶ decide (pure) ─▶ append ─▶ enqueue
 *                  ▲                              │ conflict: someone was first
 *                  └────────── load again ◀───────┘
 */
export interface Handler<Trigger, State, Facts> {
  /** @throws InputError when the job's data is not a trigger. */
  parse(job: IncomingJob): Trigger;
  load(trigger: Trigger): Promise<State>;
  /**
   * The state a new trigger almost always meets, to save the load. A wrong guess costs a conflict and nothing else: the
   * append fails on the seqs it was decided on, and the second time the state is loaded.
   */
  assume?(trigger: Trigger, job: IncomingJob): State | undefined;
  /** The jobs an earlier handling of this trigger led to; undefined when there was none. */
  handled(state: State, trigger: Trigger): readonly JobSpec[] | undefined;
  /** Everything `decide` needs from the world: time, policy, remote reads, new ids. */
  gather(state: State, trigger: Trigger, job: IncomingJob): Promise<Facts>;
  /** Pure. A promise only where a signature is made by something that is not this process. */
  decide(state: State, trigger: Trigger, facts: Facts): Decision | Promise<Decision>;
}

/** How often a decision is made again because another writer was first; more means something is wrong. */
const conflictsMax = 16;

export async function handle<Trigger, State, Facts>(
  outlet: Outlet,
  handler: Handler<Trigger, State, Facts>,
  job: IncomingJob,
): Promise<void> {
  const trigger = handler.parse(job);
  for (let conflicts = 0; ; conflicts += 1) {
    const assumed = conflicts === 0 ? handler.assume?.(trigger, job) : undefined;
    const state = assumed ?? (await handler.load(trigger));
    const produced = handler.handled(state, trigger);
    if (produced !== undefined) return outlet.queues.enqueue(produced);
    const decision = await handler.decide(state, trigger, await handler.gather(state, trigger, job));
    try {
      return await commit(outlet, decision);
    } catch (fault) {
      // What was only assumed may be a run that has ended and left Redis: to know that, it is loaded.
      const isFirst = assumed !== undefined && fault instanceof RunRetiredError;
      const isConflict = fault instanceof StoreError && fault.code === 'append_conflict';
      if (!(isFirst || isConflict) || conflicts >= conflictsMax) throw fault;
    }
  }
}

/**
 * Appends a decision and enqueues what follows. A decision without events only enqueues.
 * @throws the decision's `hold`, when everything else stands
 */
export async function commit(outlet: Outlet, decision: Decision): Promise<void> {
  const streams = decision.streams.filter(({ events }) => events.length > 0);
  if (streams.length === 0) await outlet.queues.enqueue(decision.jobs);
  else await appendAndEnqueue(outlet, { ...decision, streams });
  if (decision.hold !== undefined) throw decision.hold;
}

export async function appendAndEnqueue(outlet: Outlet, decision: Decision): Promise<Appended> {
  await Promise.all([
    ...(decision.blobs ?? []).map((bytes) => outlet.blobs.put(bytes)),
    ...(decision.sealed ?? []).map((value) => outlet.blobs.sealed.put(value)),
  ]);
  const appended = await outlet.appender.append(decision);
  if (decision.jobs.length === 0) return appended;
  await outlet.queues.enqueue(decision.jobs);
  if (appended.relayId !== null) {
    // Not awaited: should it fail, the relay enqueues the same jobs once more, and a trigger twice is once.
    outlet.store.relayDone([{ partition: appended.partition, id: appended.relayId }]).catch(() => undefined);
  }
  return appended;
}
