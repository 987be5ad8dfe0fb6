import { invariant, limits } from '@marketops/contracts';
import type { Redis } from 'ioredis';
import { partitionOf } from '../partition.js';
import {
  type AppendOutcome,
  type EventStore,
  type OutboxBacklog,
  type OutboxEntry,
  type PreparedAppend,
  partitionCount,
  termLeapMax,
  type Unsubscribe,
} from '../port.js';
import { runOfStream } from '../retired.js';
import { createBatcher } from './batcher.js';
import { connectRedis } from './connection.js';
import { acknowledgedChannel, keys } from './keys.js';
import { callLease } from './lease.js';
import { openLooks } from './looks.js';
import { openReads } from './reads.js';
import { dropFromOutbox, restoreAll } from './restore.js';
import { retireAll } from './retire.js';
import { acknowledgeScript, appendScript, controlScript, runScript } from './scripts.js';
import { send } from './send.js';
import { frozenField, jobsFromRelay, parseControl, roomField, scopeOf, seqOf } from './wire.js';

const everyPartition = <Result>(visit: (partition: number) => Result): Result[] =>
  Array.from({ length: partitionCount }, (_, partition) => visit(partition));

/**
 * The store on Redis.
 *
 * One connection carries the ordinary commands. The two that block or subscribe get connections of their own, opened
 * when first used. Nothing read here is believed: readers verify signatures, and acknowledgements are signed too.
 */
export function openRedisStore(url: string): EventStore {
  const redis = connectRedis(url);
  const look = openLooks(redis);
  const words = createBatcher(
    (batch: readonly Acknowledging[]) => acknowledgeAll(redis, batch),
    partitionCount,
  );
  const extras: Redis[] = [];
  const extra = (): Redis => {
    const connection = connectRedis(url);
    extras.push(connection);
    return connection;
  };
  let blocking: Redis | undefined;

  return {
    append: (wanted) => appendAll(redis, wanted),
    read: openReads(redis),
    async lastSeqs(streams) {
      const ids = await look(
        streams.map((stream) => ({ what: 'tail', key: keys.stream(partitionOf(stream), stream) })),
      );
      return ids.map((id) => seqOf(String(id)));
    },
    async readControl(partitions) {
      const hashes = await look(partitions.map((at) => ({ what: 'hash', key: keys.control(at) })));
      return hashes.map((fields) => parseControl(fields as string[]));
    },
    async writeControl(partition, { epoch, state, reason, term, ledger = '', anew = false }) {
      const written = await runScript(
        redis,
        controlScript,
        [keys.control(partition)],
        [String(epoch), state, reason, String(term), ledger, anew ? '1' : '', String(termLeapMax)],
      );
      return written === 1;
    },
    freeze: async (scope, reason) => {
      await Promise.all(everyPartition((at) => redis.hset(keys.control(at), frozenField(scope), reason)));
    },
    unfreeze: async (scope) => {
      const field = frozenField(scope);
      await Promise.all(
        everyPartition((at) =>
          field === roomField ? redis.hset(keys.control(at), field, '') : redis.hdel(keys.control(at), field),
        ),
      );
    },
    async lastOutboxIds() {
      const ids = await look(everyPartition((at) => ({ what: 'tail', key: keys.outbox(at) })));
      return ids.map(String);
    },
    outboxBacklog: () => readBacklog(redis),
    readOutbox(cursors, options) {
      blocking ??= extra();
      return readOutbox(blocking, cursors, options);
    },
    acknowledge: (partition, acknowledgement) => words.add({ partition, ...acknowledgement }),
    restore: (restorations) => restoreAll(redis, restorations),
    dropOutbox: (partition, dropped) => dropFromOutbox(redis, partition, dropped),
    retire: (retirements) => retireAll(redis, retirements),
    async readTombstones(runIds) {
      const texts = await look(
        runIds.map((runId) => ({ what: 'get', key: keys.tombstone(partitionOf(runId), runId) })),
      );
      return texts.map((text) => (typeof text === 'string' ? text : null));
    },
    async readAcknowledgements(streams) {
      const words = await look(
        streams.map((stream) => ({ what: 'get', key: keys.acknowledgement(partitionOf(stream), stream) })),
      );
      // Empty for the moment in which its run leaves.
      return words.map((word) => (typeof word === 'string' && word !== '' ? word : null));
    },
    async announceAcknowledged(streams) {
      await redis.publish(acknowledgedChannel, JSON.stringify(streams));
    },
    onAcknowledged: (listener) => subscribe(extra(), listener),
    async relayPending(partition, countMax) {
      if ((await redis.hlen(keys.relay(partition))) === 0) return [];
      return jobsFromRelay(await redis.hgetall(keys.relay(partition))).slice(0, countMax);
    },
    async relayDone(entries) {
      await look(
        entries.map(({ partition, id }) => ({ what: 'drop', key: keys.relay(partition), parameter: id })),
      );
    },
    overdue: (partition, nowMs, countMax) =>
      redis.zrangebyscore(keys.deadlines(partition), '-inf', nowMs, 'LIMIT', 0, countMax),
    async postpone(runId, partition, atMs) {
      // XX: a run that ended meanwhile must not come back to the list.
      await redis.zadd(keys.deadlines(partition), 'XX', atMs, runId);
    },
    lease: (call) => callLease(redis, call),
    async identity() {
      const info = await redis.info('replication');
      return /master_replid:([0-9a-f]+)/.exec(info)?.[1] ?? 'unknown';
    },
    async nowMs() {
      const [seconds, micros] = await redis.time();
      return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    },
    async close() {
      for (const connection of extras) connection.disconnect();
      redis.disconnect();
      await Promise.resolve();
    },
  };
}

/** The smallest stream id above this one. */
function following(id: string): string {
  const [time, count] = id.split('-');
  return `${time}-${Number(count) + 1}`;
}

/** Larger batches would keep Redis from everybody else for milliseconds. */
const segmentsPerScriptMax = 128;

/** One script call after the other, each with as many appends as it may have; one that fails fails its own appends. */
async function appendAll(redis: Redis, appends: readonly PreparedAppend[]): Promise<AppendOutcome[]> {
  const outcomes: AppendOutcome[] = [];
  for (let from = 0; from < appends.length; ) {
    const batch = appends.slice(from, from + batchSize(appends, from));
    from += batch.length;
    try {
      outcomes.push(...(await appendBatch(redis, batch)));
    } catch (fault) {
      for (let at = 0; at < batch.length; at += 1) outcomes.push({ status: 'failed', fault });
    }
  }
  return outcomes;
}

/** How many appends from this one on one script call may have: at least one, however large it is. */
function batchSize(appends: readonly PreparedAppend[], from: number): number {
  let size = 0;
  for (let segments = 0; from + size < appends.length; size += 1) {
    segments += appends[from + size]?.segments.length ?? 0;
    if (segments > segmentsPerScriptMax && size > 0) break;
  }
  return size;
}

async function appendBatch(redis: Redis, appends: readonly PreparedAppend[]): Promise<AppendOutcome[]> {
  const scriptKeys: string[] = [];
  const args = [String(limits.segmentBytesMax)];
  for (const { partition, epoch, segments, scopes, relay, deadline } of appends) {
    scriptKeys.push(keys.control(partition), keys.outbox(partition));
    args.push(String(segments.length), String(scopes.length), relay?.id ?? '', deadline?.runId ?? '');
    const begun = begunBy(segments);
    args.push(String(epoch), begun ?? '');
    for (const scope of scopes) args.push(frozenField(scope));
    if (relay !== undefined) {
      scriptKeys.push(keys.relay(partition));
      args.push(JSON.stringify(relay.jobs));
    }
    if (deadline !== undefined) {
      scriptKeys.push(keys.deadlines(partition));
      args.push(String(deadline.atMs ?? ''));
    }
    if (begun !== undefined) scriptKeys.push(keys.tombstone(partition, begun));
    for (const { stream, firstSeq, afterId = '', lastSeq, value } of segments) {
      scriptKeys.push(keys.stream(partition, stream));
      args.push(stream, String(firstSeq - 1), afterId, String(lastSeq), value);
    }
  }
  const replies = (await runScript(redis, appendScript, scriptKeys, args)) as readonly (
    | 1
    | readonly string[]
  )[];
  if (replies.length !== appends.length) throw new RangeError('the store answered another number of calls');
  return replies.map(appendOutcome);
}

/** The run of a stream that an append begins: it must not be one that has left Redis. */
function begunBy(segments: PreparedAppend['segments']): string | undefined {
  for (const { stream, firstSeq } of segments) if (firstSeq === 1) return runOfStream(stream);
  return undefined;
}

/** What is acknowledged in one partition. */
interface Acknowledging {
  readonly partition: number;
  readonly term: number;
  readonly upTo: string;
  readonly values: ReadonlyMap<string, string>;
}

async function acknowledgeAll(redis: Redis, batch: readonly Acknowledging[]): Promise<boolean[]> {
  const scriptKeys: string[] = [];
  const args: string[] = [];
  for (const { partition, term, upTo, values } of batch) {
    scriptKeys.push(keys.control(partition), keys.outbox(partition));
    args.push(String(values.size), String(term), following(upTo));
    for (const [stream, value] of values) {
      scriptKeys.push(keys.acknowledgement(partition, stream));
      args.push(value);
    }
  }
  const replies = (await runScript(redis, acknowledgeScript, scriptKeys, args)) as readonly number[];
  return replies.map((written) => written === 1);
}

const appended: AppendOutcome = { status: 'appended' };

function appendOutcome(reply: 1 | readonly string[]): AppendOutcome {
  if (reply === 1) return appended;
  const [status, first = '', second = ''] = reply;
  switch (status) {
    case 'conflict':
      return { status: 'conflict', stream: first, actualSeq: Number(second) };
    case 'another':
      return { status: 'conflict', stream: first, actualSeq: Number(second), isAnother: true };
    case 'closed':
      return { status: 'closed', state: first, reason: second };
    case 'epoch':
      return { status: 'epoch_changed', epoch: Number(first) };
    case 'frozen':
      return { status: 'frozen', scope: scopeOf(first), reason: second };
    case 'retired':
      return { status: 'retired', runId: first, tombstone: second };
    default:
      return { status: 'failed', fault: new Error(`the append script answered ${status}: ${first}`) };
  }
}

/** Entries of an outbox: id, and in turn the streams and the segments they gained. */
type OutboxRows = readonly (readonly [id: Buffer, fields: readonly Buffer[]])[];

const partitionOfOutbox = new Map(everyPartition((partition) => [keys.outbox(partition), partition]));
const outboxKeys = [...partitionOfOutbox.keys()];

async function readOutbox(
  redis: Redis,
  cursors: ReadonlyMap<number, string>,
  options: { readonly countMax: number; readonly blockMs: number },
): Promise<OutboxEntry[]> {
  const ids = everyPartition((at) => cursors.get(at) ?? '0-0');
  const args = ['COUNT', String(options.countMax), 'BLOCK', String(options.blockMs), 'STREAMS'];
  const rows = (await send(redis, 'xread', args.concat(outboxKeys, ids), null)) as
    | readonly (readonly [key: Buffer, rows: OutboxRows])[]
    | null;
  const entries: OutboxEntry[] = [];
  for (const [key, items] of rows ?? []) {
    const partition = partitionOfOutbox.get(key.toString('latin1'));
    invariant(partition !== undefined, 'only outboxes are asked for');
    for (const [id, fields] of items) {
      const segments: { stream: string; value: string }[] = [];
      for (let at = 0; at + 1 < fields.length; at += 2) {
        segments.push({ stream: fields[at]?.toString() ?? '', value: fields[at + 1]?.toString() ?? '' });
      }
      entries.push({ partition, id: id.toString('latin1'), segments });
    }
  }
  return entries;
}

/** One command per partition and never one over many keys; the oldest entry is read only where there is one. */
async function readBacklog(redis: Redis): Promise<OutboxBacklog> {
  const lengths = await Promise.all(outboxKeys.map((key) => redis.xlen(key)));
  const firsts = await Promise.all(
    outboxKeys.flatMap((key, at) =>
      lengths[at] === 0 ? [] : [send(redis, 'xread', ['COUNT', '1', 'STREAMS', key, '0-0'], null)],
    ),
  );
  const times = firsts.flatMap((reply) => {
    const rows = (reply as readonly (readonly [Buffer, OutboxRows])[] | null)?.[0]?.[1] ?? [];
    return rows.map(([id]) => Number(id.toString('latin1').split('-')[0]));
  });
  return {
    appends: lengths.reduce((sum, length) => sum + length, 0),
    oldestMs: times.length === 0 ? null : Math.min(...times),
  };
}

/** What was announced; anybody may announce, so what is no list of streams is nothing. */
function streamsOf(message: string): string[] {
  try {
    const streams: unknown = JSON.parse(message);
    return Array.isArray(streams) ? streams.filter((stream) => typeof stream === 'string') : [];
  } catch {
    return [];
  }
}

async function subscribe(redis: Redis, listener: (streams: readonly string[]) => void): Promise<Unsubscribe> {
  redis.on('message', (_channel, message) => listener(streamsOf(message)));
  await redis.subscribe(acknowledgedChannel);
  return async () => {
    await redis.quit();
  };
}
