import {
  type AppendOutcome,
  type Control,
  type EventStore,
  type JobSpec,
  type OutboxEntry,
  type PreparedAppend,
  partitionCount,
  type RawSegment,
  type Restoration,
  type RestoreOutcome,
  type Retirement,
  type RetireOutcome,
  termLeapMax,
} from '../port.js';
import { runOfStream } from '../retired.js';
import { memoryLease } from './memory-lease.js';

interface Partition {
  control?: Omit<Control, 'frozen'>;
  readonly frozen: Map<string, string>;
  outbox: OutboxEntry[];
  readonly relay: Map<string, readonly JobSpec[]>;
  readonly deadlines: Map<string, number>;
}

/**
 * The store's twin in memory, for tests of what stands above it. Everything an append does happens without an
 * `await` between, as a script in Redis does.
 */
export function openMemoryStore(now: () => number = Date.now): EventStore {
  const partitions = Array.from(
    { length: partitionCount },
    (): Partition => ({ frozen: new Map(), outbox: [], relay: new Map(), deadlines: new Map() }),
  );
  const streams = new Map<string, RawSegment[]>();
  const acknowledgements = new Map<string, string>();
  const tombstones = new Map<string, { readonly value: string; readonly untilMs: number }>();
  const lease = memoryLease(now);
  const listeners = new Set<(streams: readonly string[]) => void>();
  const waiting = new Set<() => void>();
  let appended = 0;

  const at = (partition: number): Partition => {
    const found = partitions[partition];
    if (found === undefined) throw new RangeError(`there is no partition ${partition}`);
    return found;
  };
  const lastSeq = (stream: string) => streams.get(stream)?.at(-1)?.lastSeq ?? 0;

  const appendOne = (append: PreparedAppend): AppendOutcome => {
    const partition = at(append.partition);
    const { control } = partition;
    if (control === undefined)
      return { status: 'closed', state: 'missing', reason: 'the control key is missing' };
    if (control.state !== 'open') return { status: 'closed', state: control.state, reason: control.reason };
    if (control.epoch !== append.epoch) return { status: 'epoch_changed', epoch: control.epoch };
    for (const scope of append.scopes) {
      const reason = partition.frozen.get(scope);
      if (reason !== undefined) return { status: 'frozen', scope, reason };
    }
    const begun = append.segments.find(({ firstSeq }) => firstSeq === 1);
    const runId = begun === undefined ? undefined : runOfStream(begun.stream);
    const tombstone = runId === undefined ? undefined : tombstoneOf(runId);
    if (runId !== undefined && tombstone !== undefined) return { status: 'retired', runId, tombstone };
    for (const { stream, firstSeq, afterId } of append.segments) {
      const actualSeq = lastSeq(stream);
      if (actualSeq !== firstSeq - 1) return { status: 'conflict', stream, actualSeq };
      const stands = streams.get(stream)?.at(-1)?.value ?? '';
      if (afterId !== undefined && !stands.includes(`"id":"${afterId}"`))
        return { status: 'conflict', stream, actualSeq, isAnother: true };
    }
    for (const { afterId: _, ...segment } of append.segments)
      streams.set(segment.stream, [...(streams.get(segment.stream) ?? []), segment]);
    appended += 1;
    partition.outbox.push({ partition: append.partition, id: `${appended}-0`, segments: append.segments });
    if (append.relay !== undefined) partition.relay.set(append.relay.id, append.relay.jobs);
    if (append.deadline !== undefined) {
      if (append.deadline.atMs === null) partition.deadlines.delete(append.deadline.runId);
      else partition.deadlines.set(append.deadline.runId, append.deadline.atMs);
    }
    return { status: 'appended' };
  };

  const tombstoneOf = (runId: string): string | undefined => {
    const found = tombstones.get(runId);
    if (found === undefined || found.untilMs > now()) return found?.value;
    tombstones.delete(runId);
    return undefined;
  };

  const retireOne = (retirement: Retirement): RetireOutcome => {
    const { control, deadlines } = at(retirement.partition);
    const isOpen = control?.state === 'open' || (retirement.whileClosed && control?.state === 'closed');
    if (!isOpen || control?.term !== retirement.term) return 'not_open';
    const { streams: ending, runId, tombstone } = retirement;
    if (ending.some((one) => one.lastSeq !== null && one.lastSeq !== lastSeq(one.stream))) return 'moved';
    for (const { stream } of ending) {
      streams.delete(stream);
      acknowledgements.delete(stream);
    }
    deadlines.delete(runId);
    if (tombstone === null) tombstones.delete(runId);
    else tombstones.set(runId, { value: tombstone.value, untilMs: now() + tombstone.ttlMs });
    return 'retired';
  };

  const isClosedBy = ({ control }: Partition, term: number): boolean =>
    control?.state === 'closed' && control.term === term;

  const restoreOne = ({ partition, term, streams: restored, deadline }: Restoration): RestoreOutcome => {
    const { deadlines } = at(partition);
    if (!isClosedBy(at(partition), term)) return 'not_closed';
    if (restored.some(({ stream, afterSeq }) => afterSeq !== null && lastSeq(stream) !== afterSeq))
      return 'moved';
    for (const { stream, afterSeq, segments, word } of restored) {
      streams.set(stream, [...(afterSeq === null ? [] : (streams.get(stream) ?? [])), ...segments]);
      if (word !== null) acknowledgements.set(stream, word);
    }
    if (deadline?.atMs === null) deadlines.delete(deadline.runId);
    else if (deadline !== undefined) deadlines.set(deadline.runId, deadline.atMs);
    return 'restored';
  };

  const outboxAfter = (cursors: ReadonlyMap<number, string>, countMax: number): OutboxEntry[] =>
    partitions.flatMap(({ outbox }, index) => {
      const after = Number((cursors.get(index) ?? '0-0').split('-')[0]);
      return outbox.filter(({ id }) => Number(id.split('-')[0]) > after).slice(0, countMax);
    });

  return {
    append: async (appends) => {
      const outcomes = appends.map(appendOne);
      for (const wake of waiting) wake();
      return Promise.resolve(outcomes);
    },
    read: async (requests) =>
      Promise.resolve(
        requests.map(({ stream, afterSeq = 0 }) =>
          (streams.get(stream) ?? []).filter((segment) => segment.lastSeq > afterSeq),
        ),
      ),
    lastSeqs: async (wanted) => Promise.resolve(wanted.map(lastSeq)),
    readControl: async (wanted) =>
      Promise.resolve(
        wanted.map((index): Control | null => {
          const { control, frozen } = at(index);
          return control === undefined ? null : { ...control, frozen: new Map(frozen) };
        }),
      ),
    writeControl: async (index, next) => {
      const partition = at(index);
      const have = partition.control;
      const above = (have?.term ?? 0) - next.term;
      const isDeposed = above > 0 && !(next.anew === true && above > termLeapMax);
      const older = isDeposed || (next.anew !== true && (have?.epoch ?? 0) > next.epoch);
      const ledger = next.ledger ?? have?.ledger;
      if (!older) {
        const { epoch, state, reason, term } = next;
        partition.control = { epoch, state, reason, term, ...(ledger === undefined ? {} : { ledger }) };
      }
      return Promise.resolve(!older);
    },
    freeze: async (scope, reason) => {
      for (const { frozen } of partitions) frozen.set(scope, reason);
      return Promise.resolve();
    },
    unfreeze: async (scope) => {
      for (const { frozen } of partitions) frozen.delete(scope);
      return Promise.resolve();
    },
    lastOutboxIds: async () => Promise.resolve(partitions.map(({ outbox }) => outbox.at(-1)?.id ?? '0-0')),
    outboxBacklog: async () => {
      const entries = partitions.flatMap(({ outbox }) => outbox);
      const times = entries.map(({ id }) => Number(id.slice(0, id.indexOf('-'))));
      return Promise.resolve({
        appends: entries.length,
        oldestMs: times.length === 0 ? null : Math.min(...times),
      });
    },
    readOutbox: async (cursors, { countMax, blockMs }) => {
      const ready = outboxAfter(cursors, countMax);
      if (ready.length > 0) return ready;
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, blockMs);
        waiting.add(done);
      });
      return outboxAfter(cursors, countMax);
    },
    acknowledge: async (index, { term, upTo, values }) => {
      const partition = at(index);
      if (partition.control === undefined || partition.control.term > term) return Promise.resolve(false);
      for (const [stream, value] of values) acknowledgements.set(stream, value);
      const last = Number(upTo.split('-')[0]);
      partition.outbox = partition.outbox.filter(({ id }) => Number(id.split('-')[0]) > last);
      return Promise.resolve(true);
    },
    restore: async (restorations) => Promise.resolve(restorations.map(restoreOne)),
    dropOutbox: async (index, { term, ids }) => {
      const partition = at(index);
      if (!isClosedBy(partition, term)) return Promise.resolve(false);
      const dropped = new Set(ids);
      partition.outbox = partition.outbox.filter(({ id }) => !dropped.has(id));
      return Promise.resolve(true);
    },
    retire: async (retirements) => Promise.resolve(retirements.map(retireOne)),
    readTombstones: async (runIds) => Promise.resolve(runIds.map((runId) => tombstoneOf(runId) ?? null)),
    readAcknowledgements: async (wanted) =>
      Promise.resolve(wanted.map((stream) => acknowledgements.get(stream) ?? null)),
    announceAcknowledged: async (acknowledged) => {
      for (const listener of listeners) listener(acknowledged);
      return Promise.resolve();
    },
    onAcknowledged: async (listener) => {
      listeners.add(listener);
      return Promise.resolve(async () => {
        listeners.delete(listener);
        return Promise.resolve();
      });
    },
    relayPending: async (index, countMax) =>
      Promise.resolve(
        [...at(index).relay]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .slice(0, countMax)
          .map(([id, jobs]) => ({ id, jobs })),
      ),
    relayDone: async (entries) => {
      for (const { partition, id } of entries) at(partition).relay.delete(id);
      return Promise.resolve();
    },
    overdue: async (index, nowMs, countMax) =>
      Promise.resolve(
        [...at(index).deadlines]
          .filter(([, deadline]) => deadline <= nowMs)
          .sort(([, a], [, b]) => a - b)
          .slice(0, countMax)
          .map(([runId]) => runId),
      ),
    postpone: async (runId, index, atMs) => {
      const { deadlines } = at(index);
      if (deadlines.has(runId)) deadlines.set(runId, atMs);
      return Promise.resolve();
    },
    lease: async (call) => Promise.resolve(lease(call)),
    identity: async () => Promise.resolve('memory'),
    nowMs: async () => Promise.resolve(now()),
    close: async () => Promise.resolve(),
  };
}
