import type { Redis } from 'ioredis';
import { partitionOf } from '../partition.js';
import type { RawSegment } from '../port.js';
import { createBatcher } from './batcher.js';
import { inChunks } from './chunks.js';
import { keys } from './keys.js';
import { send } from './send.js';
import { countLines, seqOf } from './wire.js';

interface ReadRequest {
  readonly stream: string;
  readonly afterSeq?: number;
}

/** Of each request the segments, in order. */
export type ReadStreams = (requests: readonly ReadRequest[]) => Promise<RawSegment[][]>;

/** Two streams of one batch may each be long; more in one answer would make the first wait for the last. */
const streamsPerReadMax = 256;

/**
 * Batches reads of streams: what is asked for while one is under way is one XREAD when it returns. Not a script: Lua
 * hashes every byte of every string that passes through it, which costs Redis more than the reading.
 */
export function openReads(redis: Redis): ReadStreams {
  const batcher = createBatcher<readonly ReadRequest[], readonly (RawSegment[] | Error)[]>(
    (batch) => readAll(redis, batch),
    streamsPerReadMax,
    (requests) => requests.length,
  );
  return async (requests) => {
    const answers = await inChunks(requests, streamsPerReadMax, batcher.add);
    return answers.map((answer) => {
      // A key of the wrong type fails only who asks for it.
      if (answer instanceof Error) throw answer;
      return answer;
    });
  };
}

/** Entries of a stream: id, and field names and values in turn. */
type Rows = readonly (readonly [id: Buffer, fields: readonly Buffer[]])[];

async function readAll(
  redis: Redis,
  batch: readonly (readonly ReadRequest[])[],
): Promise<(RawSegment[] | Error)[][]> {
  // Each stream once, from the lowest seq anyone wants: XREAD names in its answer only the streams that have something.
  const wanted = new Map<string, number>();
  const keysOf = batch.map((requests) =>
    requests.map(({ stream, afterSeq = 0 }) => {
      const key = keyOf(stream);
      const lowest = wanted.get(key);
      if (lowest === undefined || afterSeq < lowest) wanted.set(key, afterSeq);
      return key;
    }),
  );
  const found = await entriesAfter(redis, wanted);
  return batch.map((requests, at) =>
    requests.map(({ stream, afterSeq = 0 }, index) => {
      const rows = found.get(keysOf[at]?.[index] ?? '');
      return rows instanceof Error ? rows : segmentsOf(stream, afterSeq, rows ?? []);
    }),
  );
}

const keyOf = (stream: string): string => keys.stream(partitionOf(stream), stream);

async function entriesAfter(
  redis: Redis,
  wanted: ReadonlyMap<string, number>,
): Promise<Map<string, Rows | Error>> {
  const found = new Map<string, Rows | Error>();
  try {
    for (const [key, rows] of await readKeys(redis, [...wanted])) found.set(key.toString(), rows);
  } catch (fault) {
    // One key of the wrong type fails the whole command: then each is asked for by itself.
    if (wanted.size === 1 || !isWrongType(fault)) throw fault;
    await Promise.all(
      Array.from(wanted, async (one) => {
        try {
          for (const [, rows] of await readKeys(redis, [one])) found.set(one[0], rows);
        } catch (faultOfOne) {
          found.set(one[0], faultOfOne instanceof Error ? faultOfOne : new Error(String(faultOfOne)));
        }
      }),
    );
  }
  return found;
}

async function readKeys(
  redis: Redis,
  wanted: readonly (readonly [key: string, afterSeq: number])[],
): Promise<readonly (readonly [key: Buffer, rows: Rows])[]> {
  const args = ['STREAMS'];
  for (const [key] of wanted) args.push(key);
  // XREAD answers what follows an id: the highest one of a seq.
  for (const [, afterSeq] of wanted) args.push(`${afterSeq}-18446744073709551615`);
  return ((await send(redis, 'xread', args, null)) ?? []) as readonly (readonly [Buffer, Rows])[];
}

const isWrongType = (fault: unknown): boolean =>
  fault instanceof Error && fault.message.startsWith('WRONGTYPE');

function segmentsOf(stream: string, afterSeq: number, rows: Rows): RawSegment[] {
  const segments: RawSegment[] = [];
  for (const [id, fields] of rows) {
    const lastSeq = seqOf(id.toString('latin1'));
    if (lastSeq <= afterSeq) continue;
    const value = fields[1]?.toString() ?? '';
    segments.push({ stream, firstSeq: lastSeq - countLines(value) + 2, lastSeq, value });
  }
  return segments;
}
