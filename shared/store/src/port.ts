import type { LeaseAnswer, LeaseCall } from './lease.js';

/**
 * What a store must do. Two adapters, one contract suite: Redis, and memory for tests.
 *
 * Words: a *segment* is the run of events one append adds to one stream, with the actor's statement over them; a
 * *partition* is one of 64 groups of streams that share a hash slot and a control key; the *outbox* is what the
 * ledger has not yet taken; the *relay* is what has been appended but perhaps not yet enqueued.
 */

/** A segment as it stands in the store: line 1 the statement, then one line of canonical JSON per event. */
export interface RawSegment {
  readonly stream: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly value: string;
}

/** A job to enqueue after an append: a hint that makes somebody look at a stream. */
export interface JobSpec {
  readonly queue: string;
  readonly name: string;
  /** Deterministic, without `:`; the same trigger twice is one job. Absent for coalesced jobs. */
  readonly jobId?: string;
  /** Set for coalesced jobs: at most one waits, and one more runs after the active one. */
  readonly coalesceId?: string;
  readonly delayMs?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A segment, and the event it was decided on where it rests on one: without it only the seq is compared. */
export interface PreparedSegment extends RawSegment {
  readonly afterId?: string | undefined;
}

export interface PreparedAppend {
  readonly partition: number;
  readonly epoch: number;
  readonly segments: readonly PreparedSegment[];
  /** Refused when any of these is frozen; given for mints and starts only (law O1). */
  readonly scopes: readonly string[];
  readonly relay?: { readonly id: string; readonly jobs: readonly JobSpec[] } | undefined;
  /** The sweeper's list: a deadline in epoch milliseconds, or null when the run has ended. */
  readonly deadline?: { readonly runId: string; readonly atMs: number | null } | undefined;
}

export type AppendOutcome =
  | { readonly status: 'appended' }
  /** Where the stream ends; `isAnother`: at the expected seq, with another event than the expected one. */
  | {
      readonly status: 'conflict';
      readonly stream: string;
      readonly actualSeq: number;
      readonly isAnother?: true;
    }
  | { readonly status: 'closed'; readonly state: string; readonly reason: string }
  | { readonly status: 'epoch_changed'; readonly epoch: number }
  | { readonly status: 'frozen'; readonly scope: string; readonly reason: string }
  /** The run has ended and left Redis; its tombstone, as it stands. */
  | { readonly status: 'retired'; readonly runId: string; readonly tombstone: string }
  /** The store could not answer: the append may stand or not, and whoever asked has to look. */
  | { readonly status: 'failed'; readonly fault: unknown };

/** A partition's control key. Absent means closed and frozen, never "no limits". */
export interface Control {
  readonly epoch: number;
  readonly state: 'open' | 'closed';
  readonly reason: string;
  /** The ledger writer whose acknowledgements count. */
  readonly term: number;
  /** The ledger it belongs to, as that names itself; absent where none has said so yet. */
  readonly ledger?: string;
  /** Scope → why. */
  readonly frozen: ReadonlyMap<string, string>;
}

/** What a ledger writes into a control key; `ledger` stays as it is where it is not said. */
export interface NextControl extends Pick<Control, 'epoch' | 'state' | 'reason' | 'term' | 'ledger'> {
  /**
   * What stands is damaged: whatever epoch it names is replaced, and a term that is millions above this one. Freezes stay.
   * Without it neither ever falls.
   */
  readonly anew?: boolean;
}

/** A term that is further above a writer's than this was never claimed by a ledger: each start claims one. */
export const termLeapMax = 1_000_000;

export interface OutboxEntry {
  readonly partition: number;
  /** Ordered within its partition. */
  readonly id: string;
  readonly segments: readonly { readonly stream: string; readonly value: string }[];
}

export interface OutboxBacklog {
  readonly appends: number;
  /** When the oldest of them was appended, in epoch milliseconds by the store's clock; null where there is none. */
  readonly oldestMs: number | null;
}

export interface RelayEntry {
  readonly id: string;
  readonly jobs: readonly JobSpec[];
}

/** What the ledger has of some streams of one partition, for a store that has lost it. Put back whole or not at all. */
export interface Restoration {
  readonly partition: number;
  /** Only a partition that this writer has closed is written to. */
  readonly term: number;
  readonly streams: readonly RestoredStream[];
  /** The sweeper's list, as in an append. */
  readonly deadline?: { readonly runId: string; readonly atMs: number | null } | undefined;
}

export interface RestoredStream {
  readonly stream: string;
  /** What stands there up to this seq stays, and nothing may stand after it; null: all of it is thrown away first. */
  readonly afterSeq: number | null;
  readonly segments: readonly RawSegment[];
  /** The ledger's word on the stream; null leaves what is there, which vouches for nothing else than it did. */
  readonly word: string | null;
}

/** `not_closed`: the partition is not closed by this term. `moved`: a stream does not end where it was said to. */
export type RestoreOutcome = 'restored' | 'not_closed' | 'moved';

/** A run that is to leave Redis: its streams, the ledger's words on them and its deadline go, a tombstone comes. */
export interface Retirement {
  readonly runId: string;
  readonly partition: number;
  /** Only where this writer's term stands in the control key. */
  readonly term: number;
  /** All of its streams. */
  readonly streams: readonly {
    readonly stream: string;
    /** Where it must end; null: whatever stands there goes. */
    readonly lastSeq: number | null;
  }[];
  /** Null: none is needed any more. */
  readonly tombstone: { readonly value: string; readonly ttlMs: number } | null;
  /** Whether a closed partition is written to as well: only while it is put back. */
  readonly whileClosed: boolean;
}

/** `not_open`: the partition is closed, or another term stands. `moved`: a stream does not end where it was said to. */
export type RetireOutcome = 'retired' | 'not_open' | 'moved';

export type Unsubscribe = () => Promise<void>;

export interface EventStore {
  /** Each append is atomic by itself; the results stand in the order of the appends. */
  append(appends: readonly PreparedAppend[]): Promise<readonly AppendOutcome[]>;
  /** Segments with `lastSeq` above `afterSeq`, in order; an empty list for a stream that does not exist. */
  read(
    requests: readonly { readonly stream: string; readonly afterSeq?: number }[],
  ): Promise<readonly (readonly RawSegment[])[]>;

  /** The last seq of each stream, 0 where there is none. Unverified: for comparing with the ledger. */
  lastSeqs(streams: readonly string[]): Promise<readonly number[]>;

  readControl(partitions: readonly number[]): Promise<readonly (Control | null)[]>;
  /** Opens or closes; never lowers epoch or term. `term` is refused (false) when a higher one stands. */
  writeControl(partition: number, control: NextControl): Promise<boolean>;
  /** Sets the scope in every partition, and returns when all have it. */
  freeze(scope: string, reason: string): Promise<void>;
  unfreeze(scope: string): Promise<void>;

  /** Of each partition the last id in its outbox, `0-0` where that is empty. */
  lastOutboxIds(): Promise<readonly string[]>;
  /** How much the ledger has not taken yet, over all partitions. */
  outboxBacklog(): Promise<OutboxBacklog>;
  /** Waits up to `blockMs` for entries after the cursors; an absent cursor means from the beginning. */
  readOutbox(
    cursors: ReadonlyMap<number, string>,
    options: { readonly countMax: number; readonly blockMs: number },
  ): Promise<readonly OutboxEntry[]>;
  /** Writes acknowledgements and drops the outbox up to and including `upTo`. False when a newer term stands. */
  acknowledge(
    partition: number,
    acknowledgement: {
      readonly term: number;
      readonly upTo: string;
      readonly values: ReadonlyMap<string, string>;
    },
  ): Promise<boolean>;
  /** Puts streams back, each restoration atomic by itself; the outcomes stand in their order. Nothing of it goes into the outbox. */
  restore(restorations: readonly Restoration[]): Promise<readonly RestoreOutcome[]>;
  /** Takes entries out of the outbox of a partition that this term has closed; false where it has not. */
  dropOutbox(
    partition: number,
    dropped: { readonly term: number; readonly ids: readonly string[] },
  ): Promise<boolean>;
  /** Takes finished runs out, each retirement atomic by itself; the outcomes stand in their order. */
  retire(retirements: readonly Retirement[]): Promise<readonly RetireOutcome[]>;
  /** The tombstones of runs, null where there is none. Unverified. */
  readTombstones(runIds: readonly string[]): Promise<readonly (string | null)[]>;
  readAcknowledgements(streams: readonly string[]): Promise<readonly (string | null)[]>;
  /** A wake-up only: says which streams have been acknowledged; the word itself is read and verified. */
  announceAcknowledged(streams: readonly string[]): Promise<void>;
  onAcknowledged(listener: (streams: readonly string[]) => void): Promise<Unsubscribe>;

  relayPending(partition: number, countMax: number): Promise<readonly RelayEntry[]>;
  relayDone(entries: readonly { readonly partition: number; readonly id: string }[]): Promise<void>;
  /** Runs whose deadline has passed. */
  overdue(partition: number, nowMs: number, countMax: number): Promise<readonly string[]>;
  postpone(runId: string, partition: number, atMs: number): Promise<void>;

  /** The one writer's lease. */
  lease(call: LeaseCall): Promise<LeaseAnswer>;

  /** Changes whenever the data may have: a restart, a failover, a restore. */
  identity(): Promise<string>;
  /** The store's own clock in epoch milliseconds, to measure skew against. */
  nowMs(): Promise<number>;
  close(): Promise<void>;
}

export const partitionCount = 64;
export const partitionTag = (partition: number): string => `{p${String(partition).padStart(2, '0')}}`;
