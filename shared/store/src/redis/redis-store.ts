import { limits } from '@marketops/contracts';
import type { Redis } from 'ioredis';
import { StoreError } from '../errors.js';
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
import { connectRedis } from './connection.js';
import { acknowledgedChannel, keys } from './keys.js';
import { type Line, openLine, type ScriptCall } from './line.js';
import { acknowledgeScript, appendScript, controlScript } from './scripts.js';
import { countLines, jobsFromRelay, parseControl } from './wire.js';

/** How large one segment's stored value may be; a segment is at most one decision on one stream. */
const segmentBytesMax = 1_048_576;

/**
 * The store on Redis.
 *
 * One connection carries the ordinary commands. The two that block or subscribe get connections of their own, opened
 * when first used. Nothing read here is believed: readers verify signatures, and acknowledgements are signed too.
 */
export function openRedisStore(url: string): EventStore {
  const redis = connectRedis(url);
  const line = openLine(redis);
  const extras: Redis[] = [];
  const extra = (): Redis => {
    const connection = connectRedis(url);
    extras.push(connection);
    return connection;
  };
  let blocking: Redis | undefined;

  return {
    append: (appends) => append(line, appends),
    read: (requests) => read(line, requests),
    lastSeqs: (streams) =>
      Promise.all(
        streams.map(async (stream) => {
          const key = keys.stream(partitionOf(stream), stream);
          const [tail] = await line.command<StreamRows>((to) => to.xrevrange(key, '+', '-', 'COUNT', 1));
          return Number(tail?.[0].split('-')[0] ?? 0);
        }),
      ),
    readControl: (partitions) =>
      Promise.all(
        partitions.map(async (at) =>
          parseControl(await line.command<Record<string, string>>((to) => to.hgetall(keys.control(at)))),
        ),
      ),
    async writeControl(partition, { epoch, state, reason, term }) {
      const call = { keys: [keys.control(partition)], args: [epoch, state, reason, term] };
      return (await line.script(controlScript, call)) === 1;
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
    async acknowledge(partition, { term, upTo, values }) {
      const call: ScriptCall = {
        keys: [
          keys.control(partition),
          keys.outbox(partition),
          ...[...values.keys()].map((stream) => keys.acknowledgement(partition, stream)),
        ],
        args: [term, following(upTo), ...values.values()],
      };
      return (await line.script(acknowledgeScript, call)) === 1;
    },
    readAcknowledgements: (streams) =>
      Promise.all(
        streams.map((stream) =>
          line.command<string | null>((to) => to.get(keys.acknowledgement(partitionOf(stream), stream))),
        ),
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
        entries.map(({ partition, id }) => line.command((to) => to.hdel(keys.relay(partition), id))),
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

async function append(line: Line, appends: readonly PreparedAppend[]): Promise<AppendOutcome[]> {
  const results = await Promise.all(appends.map((one) => line.script(appendScript, appendCall(one))));
  return results.map((result) => appendOutcome(result as readonly string[]));
}

function appendCall({ partition, epoch, segments, scopes, relay, deadline }: PreparedAppend): ScriptCall {
  const args: (string | number)[] = [
    epoch,
    segmentBytesMax,
    relay?.id ?? '',
    relay === undefined ? '' : JSON.stringify(relay.jobs),
    deadline?.runId ?? '',
    deadline?.atMs ?? '',
    scopes.length,
    ...scopes,
  ];
  for (const { stream, firstSeq, lastSeq, value } of segments)
    args.push(stream, firstSeq - 1, lastSeq, value);
  return {
    keys: [
      keys.control(partition),
      keys.outbox(partition),
      keys.relay(partition),
      keys.deadlines(partition),
      ...segments.map(({ stream }) => keys.stream(partition, stream)),
    ],
    args,
  };
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
      throw new StoreError('append_too_large', `a segment of ${first} exceeds ${segmentBytesMax} bytes`, {
        next: `Put what exceeds ${limits.eventDataBytesMax} bytes of an event into a blob.`,
      });
  }
}

async function read(
  line: Line,
  requests: readonly { readonly stream: string; readonly afterSeq?: number }[],
): Promise<RawSegment[][]> {
  return Promise.all(
    requests.map(async ({ stream, afterSeq = 0 }) => {
      const key = keys.stream(partitionOf(stream), stream);
      const rows = await line.command<StreamRows>((to) => to.xrange(key, `${afterSeq + 1}-0`, '+'));
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

async function subscribe(redis: Redis, listener: (streams: readonly string[]) => void): Promise<Unsubscribe> {
  redis.on('message', (_channel, message) => {
    const streams: unknown = JSON.parse(message);
    if (Array.isArray(streams)) listener(streams.filter((stream) => typeof stream === 'string'));
  });
  await redis.subscribe(acknowledgedChannel);
  return async () => {
    await redis.quit();
  };
}
