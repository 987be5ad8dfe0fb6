import { limits } from '@marketops/contracts';
import type { Redis } from 'ioredis';
import { partitionOf } from '../partition.js';
import {
  type AppendOutcome,
  type EventStore,
  type OutboxEntry,
  type PreparedAppend,
  partitionCount,
  type RawSegment,
  type Unsubscribe,
} from '../port.js';
import { createBatcher } from './batcher.js';
import { connectRedis } from './connection.js';
import { acknowledgedChannel, keys } from './keys.js';
import { type Look, openLooks } from './looks.js';
import { acknowledgeScript, appendScript, controlScript, runScript } from './scripts.js';
import { countLines, hashOf, jobsFromRelay, parseControl } from './wire.js';

/**
 * The store on Redis.
 *
 * One connection carries the ordinary commands. The two that block or subscribe get connections of their own, opened
 * when first used. Nothing read here is believed: readers verify signatures, and acknowledgements are signed too.
 */
export function openRedisStore(url: string): EventStore {
  const redis = connectRedis(url);
  const look = openLooks(redis);
  const appends = createBatcher(
    (batch: readonly PreparedAppend[]) => appendAll(redis, batch),
    segmentsPerScriptMax,
    ({ segments }) => segments.length,
  );
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
    append: (wanted) =>
      Promise.all(
        wanted.map((one) =>
          appends.add(one).catch((fault: unknown): AppendOutcome => ({ status: 'failed', fault })),
        ),
      ),
    read: (requests) => read(look, requests),
    lastSeqs: (streams) =>
      Promise.all(
        streams.map(async (stream) => {
          const id = await look({ what: 'tail', key: keys.stream(partitionOf(stream), stream) });
          return Number(String(id).split('-')[0]);
        }),
      ),
    readControl: (partitions) =>
      Promise.all(
        partitions.map(async (at) => {
          const fields = await look({ what: 'hash', key: keys.control(at) });
          return parseControl(hashOf(fields as string[]));
        }),
      ),
    async writeControl(partition, { epoch, state, reason, term }) {
      const written = await runScript(
        redis,
        controlScript,
        [keys.control(partition)],
        [epoch, state, reason, term],
      );
      return written === 1;
    },
    freeze: async (scope, reason) => {
      await Promise.all(everyPartition((at) => redis.hset(keys.control(at), `frozen:${scope}`, reason)));
    },
    unfreeze: async (scope) => {
      await Promise.all(everyPartition((at) => redis.hdel(keys.control(at), `frozen:${scope}`)));
    },
    readOutbox(cursors, options) {
      blocking ??= extra();
      return readOutbox(blocking, cursors, options);
    },
    acknowledge: (partition, acknowledgement) => words.add({ partition, ...acknowledgement }),
    readAcknowledgements: (streams) =>
      Promise.all(
        streams.map(async (stream) => {
          const word = await look({ what: 'get', key: keys.acknowledgement(partitionOf(stream), stream) });
          return typeof word === 'string' ? word : null;
        }),
      ),
    async announceAcknowledged(streams) {
      await redis.publish(acknowledgedChannel, JSON.stringify(streams));
    },
    onAcknowledged: (listener) => subscribe(extra(), listener),
    async relayPending(partition, countMax) {
      if ((await redis.hlen(keys.relay(partition))) === 0) return [];
      return jobsFromRelay(await redis.hgetall(keys.relay(partition))).slice(0, countMax);
    },
    async relayDone(entries) {
      await Promise.all(
        entries.map(({ partition, id }) => look({ what: 'drop', key: keys.relay(partition), parameter: id })),
      );
    },
    overdue: (partition, nowMs, countMax) =>
      redis.zrangebyscore(keys.deadlines(partition), '-inf', nowMs, 'LIMIT', 0, countMax),
    async postpone(runId, partition, atMs) {
      // XX: a run that ended meanwhile must not come back to the list.
      await redis.zadd(keys.deadlines(partition), 'XX', atMs, runId);
    },
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

const everyPartition = <Result>(visit: (partition: number) => Result): Result[] =>
  Array.from({ length: partitionCount }, (_, partition) => visit(partition));

/** Entries of a Redis stream: id, and field names and values in turn. */
type StreamRows = [id: string, fields: string[]][];

/** The smallest stream id above this one. */
function following(id: string): string {
  const [time, count] = id.split('-');
  return `${time}-${Number(count) + 1}`;
}

/** Larger batches would keep Redis from everybody else for milliseconds. */
const segmentsPerScriptMax = 128;

async function appendAll(redis: Redis, appends: readonly PreparedAppend[]): Promise<AppendOutcome[]> {
  const scriptKeys: string[] = [];
  const args: (string | number)[] = [limits.segmentBytesMax];
  for (const { partition, epoch, segments, scopes, relay, deadline } of appends) {
    scriptKeys.push(
      keys.control(partition),
      keys.outbox(partition),
      keys.relay(partition),
      keys.deadlines(partition),
    );
    args.push(segments.length, epoch, relay?.id ?? '', relay === undefined ? '' : JSON.stringify(relay.jobs));
    args.push(deadline?.runId ?? '', deadline?.atMs ?? '', scopes.length, ...scopes);
    for (const { stream, firstSeq, lastSeq, value } of segments) {
      scriptKeys.push(keys.stream(partition, stream));
      args.push(stream, firstSeq - 1, lastSeq, value);
    }
  }
  const replies = (await runScript(redis, appendScript, scriptKeys, args)) as readonly (readonly string[])[];
  return replies.map(appendOutcome);
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
  const args: (string | number)[] = [];
  for (const { partition, term, upTo, values } of batch) {
    scriptKeys.push(keys.control(partition), keys.outbox(partition));
    args.push(values.size, term, following(upTo));
    for (const [stream, value] of values) {
      scriptKeys.push(keys.acknowledgement(partition, stream));
      args.push(value);
    }
  }
  const replies = (await runScript(redis, acknowledgeScript, scriptKeys, args)) as readonly number[];
  return replies.map((written) => written === 1);
}

function appendOutcome(reply: readonly string[]): AppendOutcome {
  const [status, first = '', second = ''] = reply;
  switch (status) {
    case 'ok':
      return { status: 'appended' };
    case 'conflict':
      return { status: 'conflict', stream: first, actualSeq: Number(second) };
    case 'closed':
      return { status: 'closed', state: first, reason: second };
    case 'epoch':
      return { status: 'epoch_changed', epoch: Number(first) };
    case 'frozen':
      return { status: 'frozen', scope: first, reason: second };
    default:
      return { status: 'failed', fault: new Error(`the append script answered ${status}: ${first}`) };
  }
}

async function read(
  look: Look,
  requests: readonly { readonly stream: string; readonly afterSeq?: number }[],
): Promise<RawSegment[][]> {
  return Promise.all(
    requests.map(async ({ stream, afterSeq = 0 }) => {
      const key = keys.stream(partitionOf(stream), stream);
      const rows = (await look({ what: 'range', key, parameter: `${afterSeq + 1}-0` })) as StreamRows;
      return rows.map(([id, fields]) => {
        const value = fields[1] ?? '';
        const lastSeq = Number(id.split('-')[0]);
        return { stream, firstSeq: lastSeq - countLines(value) + 2, lastSeq, value };
      });
    }),
  );
}

async function readOutbox(
  redis: Redis,
  cursors: ReadonlyMap<number, string>,
  options: { readonly countMax: number; readonly blockMs: number },
): Promise<OutboxEntry[]> {
  const partitions = everyPartition((partition) => partition);
  const rows = await redis.xread(
    'COUNT',
    options.countMax,
    'BLOCK',
    options.blockMs,
    'STREAMS',
    ...partitions.map(keys.outbox),
    ...partitions.map((at) => cursors.get(at) ?? '0-0'),
  );
  const entries: OutboxEntry[] = [];
  for (const [key, items] of rows ?? []) {
    const partition = Number(/\{p(\d\d)\}/.exec(key)?.[1]);
    for (const [id, fields] of items) {
      const segments: { stream: string; value: string }[] = [];
      for (let at = 0; at + 1 < fields.length; at += 2) {
        segments.push({ stream: fields[at] ?? '', value: fields[at + 1] ?? '' });
      }
      entries.push({ partition, id, segments });
    }
  }
  return entries;
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
