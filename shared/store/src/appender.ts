import {
  type Actor,
  type EventDraft,
  InvariantError,
  invariant,
  limits,
  type MarketOpsEvent,
  type Mode,
  parseEvent,
  type Standing,
  streamKind,
  vocabulary,
} from '@marketops/contracts';
import {
  type CryptoPort,
  canonicalJson,
  type SegmentToSign,
  type SigningKey,
  signSegments,
} from '@marketops/proof';
import { StoreError } from './errors.js';
import { partitionOf } from './partition.js';
import type { AppendOutcome, EventStore, JobSpec, PreparedAppend } from './port.js';
import { retiredFault } from './retired.js';
import { encodeSegment, lastSeqOf } from './segment.js';

/** Who signs what this process appends, and with which key now. */
export interface Signer {
  readonly actor: Actor;
  readonly keyId: string;
  readonly key: SigningKey;
}

/** What all events of one append share. */
export interface AppendContext {
  readonly tenantId: string | null;
  readonly runId: string | null;
  readonly mode: Mode | null;
  readonly causationId: string | null;
  readonly correlationId: string | null;
}

/** What is added to one stream, and where that stood when it was decided: the append fails when it stands otherwise now. */
export interface AppendedStream extends Standing {
  readonly stream: string;
  readonly events: readonly EventDraft[];
}

export interface AppendRequest {
  readonly context: AppendContext;
  readonly streams: readonly AppendedStream[];
  readonly jobs?: readonly JobSpec[];
  /** Frozen scopes to respect; give them with every mint and every start. */
  readonly scopes?: readonly string[];
  readonly deadline?: { readonly runId: string; readonly atMs: number | null };
  /**
   * The epoch it was decided in, where it counts only there: give it with every start. Without it a decision that waits
   * here while an epoch ends would be appended in the next.
   */
  readonly epoch?: number;
}

export interface Appended {
  readonly events: readonly MarketOpsEvent[];
  readonly partition: number;
  /** To tell the store that the jobs have been enqueued; null where there were none. */
  readonly relayId: string | null;
}

export interface Appender {
  append(request: AppendRequest): Promise<Appended>;
}

interface Waiting {
  readonly request: AppendRequest;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (fault: unknown) => void;
}

interface Built {
  readonly waiting: Waiting;
  readonly partition: number;
  /** Of each stream. */
  readonly events: readonly (readonly MarketOpsEvent[])[];
  readonly segments: readonly SegmentToSign[];
  readonly relayId: string | null;
}

const none: readonly never[] = [];

/** At most this many appends share one signature, and this many segments its tree; more start the next group. */
const groupMax = 256;
const groupSegmentsMax = 16_384;

/**
 * Appends with group commit. Requests that arrive while a group is under way are the next group: signed together, one
 * Ed25519 signature for all, and sent in one round trip. Each still succeeds or fails alone.
 * @throws StoreError `append_conflict` when a stream has moved on, `frozen`, `partition_closed`, `epoch_changed`,
 * `run_retired` when it begins a stream of a run that has left Redis.
 */
export function createAppender(options: {
  readonly store: EventStore;
  readonly crypto: CryptoPort;
  /** A function is asked before each signature: keys are rotated while a process runs. */
  readonly signer: Signer | (() => Signer);
  readonly now: () => Date;
  readonly newId: () => string;
  /** Told of every segment that stands now, as its bytes. */
  readonly onAppended?: (value: string, events: readonly MarketOpsEvent[]) => void;
}): Appender {
  const { store, crypto, now, newId, onAppended } = options;
  const { signer } = options;
  const signerNow = typeof signer === 'function' ? signer : () => signer;
  const queue: Waiting[] = [];
  let flushing = false;
  let epoch: number | undefined;

  const eventOf = (
    { actor }: Signer,
    context: AppendContext,
    stream: string,
    seq: number,
    time: string,
    draft: EventDraft,
  ) => {
    checkMaySay(actor, draft, stream);
    const event = {
      id: newId(),
      stream,
      seq,
      version: 1,
      tenant_id: context.tenantId,
      run_id: context.runId,
      mode: context.mode,
      actor,
      time,
      causation_id: context.causationId,
      correlation_id: context.correlationId,
      ...draft,
    } satisfies MarketOpsEvent;
    checkReadable(event);
    return event;
  };

  const build = (by: Signer, waiting: Waiting, time: string): Built => {
    const { context, streams, jobs } = waiting.request;
    const events: MarketOpsEvent[][] = [];
    const segments: SegmentToSign[] = [];
    for (const { stream, afterSeq, events: drafts } of streams) {
      const said: MarketOpsEvent[] = [];
      const lines: string[] = [];
      for (const draft of drafts) {
        const event = eventOf(by, context, stream, afterSeq + 1 + said.length, time, draft);
        said.push(event);
        lines.push(canonicalEvent(event));
      }
      events.push(said);
      segments.push({ stream, firstSeq: afterSeq + 1, events: lines });
    }
    checkSize(segments);
    return {
      waiting,
      partition: checkStreams(segments),
      events,
      segments,
      relayId: jobs !== undefined && jobs.length > 0 ? newId() : null,
    };
  };

  const currentEpoch = async (): Promise<number> => {
    const [control] = await store.readControl([0]);
    if (control === null || control === undefined) throw closed('missing', 'the control key is missing');
    epoch = control.epoch;
    return epoch;
  };

  const flush = async (group: readonly Waiting[]): Promise<void> => {
    const inEpoch = epoch ?? (await currentEpoch());
    const by = signerNow();
    const time = now().toISOString();
    const built: Built[] = [];
    for (const waiting of group) {
      const decidedIn = waiting.request.epoch ?? inEpoch;
      if (decidedIn !== inEpoch) {
        // Either of the two is behind: the store is asked before the next group.
        epoch = undefined;
        waiting.reject(faultOf({ status: 'epoch_changed', epoch: Math.max(decidedIn, inEpoch) }));
        continue;
      }
      try {
        built.push(build(by, waiting, time));
      } catch (fault) {
        waiting.reject(fault);
      }
    }
    if (built.length === 0) return;
    const statements = signSegments(crypto, {
      segments: built.flatMap(({ segments }) => segments),
      actor: by.actor,
      keyId: by.keyId,
      epoch: inEpoch,
      key: by.key,
    });
    let at = 0;
    const prepared = built.map(({ partition, segments, waiting, relayId }): PreparedAppend => {
      const { scopes = none, jobs = none, deadline } = waiting.request;
      return {
        partition,
        epoch: inEpoch,
        scopes,
        segments: segments.map(({ stream, firstSeq, events }, index) => {
          const statement = statements[at++];
          invariant(statement, 'every segment has its statement');
          return {
            stream,
            firstSeq,
            lastSeq: lastSeqOf(firstSeq, events),
            value: encodeSegment(statement, events),
            afterId: waiting.request.streams[index]?.afterId,
          };
        }),
        relay: relayId === null ? undefined : { id: relayId, jobs },
        deadline,
      };
    });
    const outcomes = await store.append(prepared);
    built.forEach(({ waiting, events, partition, relayId }, index) => {
      const outcome = outcomes[index];
      invariant(outcome, 'every append has its outcome');
      if (outcome.status === 'appended') {
        prepared[index]?.segments.forEach(({ value }, at) => {
          onAppended?.(value, events[at] ?? none);
        });
        waiting.resolve({
          events: events.length === 1 ? (events[0] ?? none) : events.flat(),
          partition,
          relayId,
        });
      } else {
        if (outcome.status === 'epoch_changed') epoch = undefined;
        waiting.reject(faultOf(outcome));
      }
    });
  };

  /** One group in flight at a time: what arrives meanwhile is the next group, under one signature of its own. */
  const flushAll = async (): Promise<void> => {
    flushing = true;
    while (queue.length > 0) {
      // Whatever else this turn of the event loop asks for is still in the group: one signature, one round trip.
      await new Promise((resolve) => setImmediate(resolve));
      const group = queue.splice(0, groupSize(queue));
      await flush(group).catch((fault: unknown) => {
        for (const { reject } of group) reject(fault);
      });
    }
    flushing = false;
  };

  return {
    append: (request) =>
      new Promise((resolve, reject) => {
        queue.push({ request, resolve, reject });
        if (!flushing) void flushAll();
      }),
  };
}

function groupSize(queue: readonly Waiting[]): number {
  let segments = 0;
  let size = 0;
  for (const { request } of queue) {
    segments += request.streams.length;
    if (size === groupMax || (size > 0 && segments > groupSegmentsMax)) break;
    size += 1;
  }
  return size;
}

/** What a reader would refuse is never written: it would stand in the way of its stream for ever. */
function checkReadable(event: MarketOpsEvent): void {
  const parsed = parseEvent(event);
  if ('fault' in parsed)
    throw new InvariantError(`${event.type} in ${event.stream} would not be readable: ${parsed.fault}`);
}

/** @returns the partition they are in. */
function checkStreams(segments: readonly SegmentToSign[]): number {
  const [first] = segments;
  invariant(first, 'an append must touch a stream');
  const partition = partitionOf(first.stream);
  for (const { stream, events } of segments) {
    invariant(events.length > 0, 'an append must add to every stream it names');
    invariant(partitionOf(stream) === partition, 'an append must stay in one partition');
  }
  // The script checks every stream before it writes the first: the same one twice would pass, and break midway.
  invariant(
    segments.length === 1 || new Set(segments.map(({ stream }) => stream)).size === segments.length,
    'an append must name a stream once',
  );
  return partition;
}

/** Its way up a tree of `groupSegmentsMax` leaves is most of it. */
const statementBytesMax = 1_536;

function checkSize(segments: readonly SegmentToSign[]): void {
  let all = 0;
  let longest = 0;
  for (const { events } of segments) {
    let size = statementBytesMax;
    for (const bytes of events) size += Buffer.byteLength(bytes) + 1;
    if (size > longest) longest = size;
    all += size;
  }
  const fits = longest <= limits.segmentBytesMax && all <= limits.appendBytesMax;
  if (fits && segments.length <= limits.appendSegmentsMax) return;
  throw new StoreError(
    'append_too_large',
    `an append of ${segments.length} streams and ${all} bytes is too large: ${limits.appendSegmentsMax} streams, ${limits.segmentBytesMax} bytes for one and ${limits.appendBytesMax} for all are allowed`,
    { next: `Put what exceeds ${limits.eventDataBytesMax} bytes of an event into a blob.` },
  );
}

/** The writer's half of law E3; readers check the same table after the read. */
function checkMaySay(actor: Actor, { type }: EventDraft, stream: string): void {
  const row = vocabulary[type];
  invariant((row.emitters as readonly Actor[]).includes(actor), `${actor} may not say ${type}`);
  invariant(row.stream === streamKind(stream), `${type} may not stand in ${stream}`);
}

function canonicalEvent(event: MarketOpsEvent): string {
  const bytes = canonicalJson(event);
  // The cap is on UTF-8 bytes; three times the UTF-16 length bounds it, so most events need no second look.
  if (bytes.length * 3 > eventBytesMax && Buffer.byteLength(bytes) > eventBytesMax) {
    throw new StoreError(
      'event_too_large',
      `${event.type} in ${event.stream} has ${Buffer.byteLength(bytes)} bytes, at most ${eventBytesMax} are allowed`,
      {
        next: `Put what exceeds ${limits.eventDataBytesMax} bytes into a blob.`,
      },
    );
  }
  return bytes;
}

/** An entry adds its digests, numbers and key names around the event. */
const eventBytesMax = limits.ledgerEntryBytesMax - 512;

const closed = (state: string, reason: string) =>
  new StoreError('partition_closed', `the partition is ${state}: ${reason}`, {
    next: 'Run marketops doctor. The ledger opens partitions when it has compared Redis with its journal.',
    retry: 'hold',
  });

const whereItStands = ({ stream, actualSeq, isAnother }: Extract<AppendOutcome, { status: 'conflict' }>) =>
  isAnother === true
    ? `${stream} holds another event at seq ${actualSeq} than this was decided on`
    : `${stream} is already at seq ${actualSeq}`;

function faultOf(outcome: Exclude<AppendOutcome, { status: 'appended' }>): StoreError {
  switch (outcome.status) {
    case 'conflict':
      return new StoreError('append_conflict', whereItStands(outcome), {
        next: 'Load the stream again and decide again.',
        retry: 'transient',
      });
    case 'closed':
      return closed(outcome.state, outcome.reason);
    case 'epoch_changed':
      return new StoreError('epoch_changed', `the store is in epoch ${outcome.epoch} now`, {
        next: 'Load again: what was decided in the old epoch no longer counts.',
        retry: 'hold',
      });
    case 'frozen':
      return new StoreError('frozen', `${outcome.scope} is frozen: ${outcome.reason}`, {
        next: 'Wait until it is unfrozen.',
        retry: 'hold',
      });
    case 'retired':
      return retiredFault(outcome.runId, outcome.tombstone);
    case 'failed':
      return new StoreError('store_unavailable', 'the store did not answer an append', {
        next: 'Nothing to do: it is looked up and tried again.',
        retry: 'transient',
        cause: outcome.fault,
      });
  }
}
