import { partitionOf, type RawSegment } from '@marketops/store';
import type { StreamHeads } from '../heads.js';
import type { AcceptedSegment, Examined, Examiner, RejectedSegment } from './examine.js';
import type { Orderable } from './order.js';

/** An outbox entry with every segment examined. */
export interface ExaminedEntry extends Orderable {
  readonly segments: readonly { readonly examined: Examined; readonly valueBytes: number }[];
}

/** Why a stream is quarantined, and the last seq of it that stands. */
export interface Suspicion extends RejectedSegment {
  readonly lastGoodSeq: number;
}

/** What one commit does. */
export interface Batch {
  readonly segments: AcceptedSegment[];
  readonly suspicions: Suspicion[];
  /** Streams of runs that have left Redis and were begun again. */
  readonly reborn: Set<string>;
  /** Per partition: the last outbox entry this batch answers, and the streams to acknowledge. */
  readonly answered: Map<number, { upTo: string; readonly streams: Set<string> }>;
}

export interface AdmitPorts {
  readonly heads: StreamHeads;
  readonly examiner: Examiner;
  /** What the store has of a stream after a seq; for gaps. */
  readonly readStream: (stream: string, afterSeq: number) => Promise<readonly RawSegment[]>;
  /** Whether the ledger holds exactly these events; waits until the index is up to date. */
  readonly holds: (segment: AcceptedSegment) => Promise<boolean>;
  /** Whether the stream is of a run that has ended and left Redis. */
  readonly hasLeft: (stream: string) => boolean;
  /** Whether this came into the outbox in an epoch in which nobody could append what was decided in that one. */
  readonly isLate: (partition: number, outboxId: string, epoch: number) => boolean;
}

/** Where a segment was found. */
type Entry = Pick<ExaminedEntry, 'partition' | 'id'>;

/**
 * Decides for each segment, in order, what the ledger does with it:
 *
 *     not correctly signed            ─▶ quarantine, never journaled
 *     of a run that has left Redis    ─▶ taken out again, never journaled: its key was used once more, too late
 *     in another partition's outbox   ─▶ quarantine: no append puts it there
 *     of an epoch that is over, and came after the next was open ─▶ quarantine: the append script refuses it
 *     follows the stream's head       ─▶ journal
 *     ends at or before the head      ─▶ held already, byte for byte: acknowledge again (a crash lay between the
 *                                        commit and its acknowledgement); another event: a fork, quarantine
 *     begins after the head           ─▶ fetch what is between from the store; where that cannot be had: quarantine
 *     overlaps the head               ─▶ quarantine: appends are atomic, so nobody honest makes this
 *
 * The heads move with every segment taken, before it is on disk: a commit that fails ends the process.
 */
export async function* admit(
  entries: readonly ExaminedEntry[],
  ports: AdmitPorts,
  batchBytesMax: number,
): AsyncGenerator<Batch> {
  let batch = newBatch();
  let bytes = 0;
  for (const entry of entries) {
    const { partition, id, segments } = entry;
    const answered = batch.answered.get(partition) ?? { upTo: id, streams: new Set<string>() };
    answered.upTo = id;
    batch.answered.set(partition, answered);
    for (const { examined, valueBytes } of segments) {
      bytes += valueBytes;
      if ('rejected' in examined) suspect(batch, ports, examined.rejected);
      else if (partitionOf(examined.accepted.stream) !== partition)
        suspect(
          batch,
          ports,
          rejection(examined.accepted, `it stood in the outbox of partition ${partition}`),
        );
      else if (ports.hasLeft(examined.accepted.stream)) batch.reborn.add(examined.accepted.stream);
      else if (await take(batch, ports, examined.accepted, entry))
        answered.streams.add(examined.accepted.stream);
    }
    if (bytes >= batchBytesMax) {
      yield batch;
      batch = newBatch();
      bytes = 0;
    }
  }
  if (batch.answered.size > 0) yield batch;
}

const newBatch = (): Batch => ({
  segments: [],
  suspicions: [],
  reborn: new Set(),
  answered: new Map(),
});

function suspect(batch: Batch, { heads }: AdmitPorts, rejected: RejectedSegment): void {
  batch.suspicions.push({ ...rejected, lastGoodSeq: heads.get(rejected.stream) });
}

/** @returns whether the stream may be acknowledged up to its head */
async function take(
  batch: Batch,
  ports: AdmitPorts,
  segment: AcceptedSegment,
  entry: Entry,
): Promise<boolean> {
  const { heads } = ports;
  const head = heads.get(segment.stream);
  if (segment.firstSeq > head + 1 && !(await fillGap(batch, ports, segment, head, entry))) return false;
  if (segment.firstSeq === heads.get(segment.stream) + 1) {
    if (ports.isLate(entry.partition, entry.id, segment.epoch)) {
      suspect(batch, ports, rejection(segment, late(segment)));
      return false;
    }
    batch.segments.push(segment);
    heads.advance(segment.stream, digestsOf(segment));
    return true;
  }
  if (segment.lastSeq <= head && (isIn(batch, segment) || (await ports.holds(segment)))) return true;
  const reason = `seq ${segment.firstSeq} to ${segment.lastSeq} is not what the ledger holds; it ends at seq ${head}`;
  suspect(batch, ports, rejection(segment, reason));
  return false;
}

const digestsOf = ({ events }: AcceptedSegment): string[] => events.map(({ digest }) => digest);

/** A gap may have been filled with it a moment ago. */
function isIn({ segments }: Batch, { stream, firstSeq, events }: AcceptedSegment): boolean {
  const digests = new Map<number, string>();
  for (const taken of segments) {
    if (taken.stream !== stream) continue;
    for (const [at, { digest }] of taken.events.entries()) digests.set(taken.firstSeq + at, digest);
  }
  return events.every(({ digest }, at) => digests.get(firstSeq + at) === digest);
}

/** Takes everything between the head and the segment, or nothing. */
async function fillGap(
  batch: Batch,
  ports: AdmitPorts,
  segment: AcceptedSegment,
  head: number,
  { partition, id }: Entry,
): Promise<boolean> {
  const missing: AcceptedSegment[] = [];
  let next = head + 1;
  for (const raw of await ports.readStream(segment.stream, head)) {
    if (raw.firstSeq >= segment.firstSeq) break;
    const examined = ports.examiner.examine(segment.stream, raw.value, raw.firstSeq);
    if ('rejected' in examined) {
      suspect(batch, ports, examined.rejected);
      return false;
    }
    if (examined.accepted.firstSeq !== next) break;
    // It stands before the segment, so it was appended before that.
    if (ports.isLate(partition, id, examined.accepted.epoch)) {
      suspect(batch, ports, rejection(examined.accepted, late(examined.accepted)));
      return false;
    }
    missing.push(examined.accepted);
    next = examined.accepted.lastSeq + 1;
  }
  if (next !== segment.firstSeq) {
    suspect(batch, ports, rejection(segment, `seq ${next} is missing in the store`));
    return false;
  }
  batch.segments.push(...missing);
  for (const segmentBefore of missing) ports.heads.advance(segment.stream, digestsOf(segmentBefore));
  return true;
}

const late = ({ firstSeq, epoch }: AcceptedSegment): string =>
  `seq ${firstSeq} was decided in epoch ${epoch} and came after a later one had been opened`;

/** What is correctly signed and still cannot stand: its own first event is the evidence. */
const rejection = ({ stream, events }: AcceptedSegment, reason: string): RejectedSegment => ({
  stream,
  reason,
  evidenceDigest: events[0]?.digest ?? '0'.repeat(64),
});
