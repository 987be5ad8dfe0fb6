import { StreamId } from '@marketops/contracts';
import type { StreamHead } from '@marketops/journal';
import { decodeSegment, type OutboxEntry, partitionOf, type RawSegment } from '@marketops/store';
import type { Suspicion } from '../intake/admit.js';
import type { AcceptedSegment } from '../intake/examine.js';
import { holds } from './holds.js';
import type { RestorePorts } from './ports.js';

/** What waits in the outboxes of closed partitions, judged by what the ledger has. */
export interface JudgedOutbox {
  /** Partition → entries that cannot stand beside the ledger. */
  readonly dead: ReadonlyMap<number, readonly string[]>;
  /** Streams that hold something which cannot stand: they are written anew. */
  readonly cut: ReadonlySet<string>;
  /** Stream → what follows the ledger's last event of it, and waits to be taken. */
  readonly tails: ReadonlyMap<string, readonly RawSegment[]>;
  /** What was correctly signed and cannot stand: to be said, for it may not have been an accident. */
  readonly suspicions: readonly Suspicion[];
}

const suspicionsMax = 1_000;
const readCountMax = 1_000;

/** Whether anything is dead, and where; of each partition the first stream is named. */
export async function deadIn(
  ports: RestorePorts,
  partitions: ReadonlySet<number>,
): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  const state: Judging = { broken: new Set(), tails: new Map() };
  for await (const entry of outboxOf(ports, partitions)) {
    const verdict = await judge(ports, entry, state);
    if (verdict.stands) {
      // Only where they end counts here: there may be very many.
      for (const segment of verdict.following) state.tails.set(segment.stream, [{ ...segment, value: '' }]);
      continue;
    }
    for (const stream of verdict.accepted) state.broken.add(stream);
    if (!found.has(entry.partition)) found.set(entry.partition, verdict.accepted[0] ?? '');
  }
  return found;
}

interface Judging {
  /** Streams of which something is dead: nothing that follows it stands. */
  readonly broken: Set<string>;
  readonly tails: Map<string, RawSegment[]>;
}

/**
 * A Redis that has lost data goes on taking appends until its partitions are closed, and those were decided on what was
 * left: an operation that the ledger knows to be started is found unstarted, and is started again. The ledger has never
 * acknowledged any of it, so nothing rests on it, and it goes:
 *
 *     ends at or before the ledger's head, the same bytes ─▶ journaled already; stays, to be acknowledged again
 *     follows the ledger's head, or what follows it       ─▶ stays, to be taken as always
 *     so it does in its stream, and what is between is not in the outbox ─▶ as well: the ledger fetches it
 *     anything else, and whatever follows it in a stream  ─▶ dead, with all of its append: an append is one decision
 *     a segment that is not correctly signed, or came too late for its epoch ─▶ left to the ledger, which quarantines it; its
 *                                            stream is written anew without it, and what follows is judged as if it were not
 *     a segment of a stream of another partition, or of none ─▶ left to the ledger as well; no stream of ours is concerned
 */
export async function judgeOutbox(
  ports: RestorePorts,
  partitions: ReadonlySet<number>,
): Promise<JudgedOutbox> {
  const dead = new Map<number, string[]>();
  const cut = new Set<string>();
  const broken = new Set<string>();
  const tails = new Map<string, RawSegment[]>();
  const suspicions: Suspicion[] = [];
  for await (const entry of outboxOf(ports, partitions)) {
    const verdict = await judge(ports, entry, { broken, tails });
    for (const stream of verdict.suspects) cut.add(stream);
    if (verdict.stands) {
      for (const segment of verdict.following) {
        const tail = tails.get(segment.stream) ?? [];
        tails.set(segment.stream, tail);
        tail.push(segment);
      }
      continue;
    }
    for (const stream of verdict.accepted) {
      cut.add(stream);
      broken.add(stream);
    }
    if (suspicions.length < suspicionsMax) suspicions.push(...suspicionsOf(ports, entry));
    dead.set(entry.partition, [...(dead.get(entry.partition) ?? []), entry.id]);
    ports.log.error(
      { partition: entry.partition, outbox_id: entry.id, streams: verdict.accepted.slice(0, 20) },
      'an append was made on data that Redis had lost; it was never acknowledged, and is cut off',
    );
  }
  return { dead, cut, tails, suspicions };
}

function suspicionsOf({ examiner, index }: RestorePorts, { segments }: OutboxEntry): Suspicion[] {
  return segments.flatMap(({ stream, value }) => {
    const examined = examiner.examine(stream, value);
    if ('rejected' in examined) return [];
    const { firstSeq, lastSeq, events } = examined.accepted;
    const lastGoodSeq = index.lastSeq(stream);
    const reason = `seq ${firstSeq} to ${lastSeq} is not what the ledger holds; it ends at seq ${lastGoodSeq}. It was cut off`;
    return [{ stream, lastGoodSeq, reason, evidenceDigest: events[0]?.digest ?? '' }];
  });
}

async function* outboxOf(
  { store, checkStop }: RestorePorts,
  partitions: ReadonlySet<number>,
): AsyncGenerator<OutboxEntry> {
  const cursors = new Map<number, string>();
  for (;;) {
    checkStop();
    const entries = await store.readOutbox(cursors, { countMax: readCountMax, blockMs: 1 });
    if (entries.length === 0) return;
    for (const entry of entries) {
      cursors.set(entry.partition, entry.id);
      if (partitions.has(entry.partition)) yield entry;
    }
  }
}

interface Verdict {
  /** Whether all that is correctly signed of it stands. */
  readonly stands: boolean;
  readonly following: readonly RawSegment[];
  /** Streams of this partition with a segment that can be believed, and those with one that cannot. */
  readonly accepted: readonly string[];
  readonly suspects: readonly string[];
}

async function judge(
  ports: RestorePorts,
  { partition, id, segments }: OutboxEntry,
  { broken, tails }: Judging,
): Promise<Verdict> {
  const following: RawSegment[] = [];
  const accepted: string[] = [];
  const suspects: string[] = [];
  let stands = true;
  for (const { stream, value } of segments) {
    // Anybody may put any name into an outbox: a stream of another partition is not for this repair to touch.
    if (!StreamId.safeParse(stream).success || partitionOf(stream) !== partition) continue;
    // What begins a run again that has left Redis is the ledger's to take out; none of it is lost.
    if (ports.retention.retired.has(stream)) continue;
    const examined = ports.examiner.examine(stream, value);
    if ('rejected' in examined) {
      suspects.push(stream);
      continue;
    }
    const { firstSeq, lastSeq, epoch } = examined.accepted;
    const head = ports.index.streamHead(stream);
    const isHeld = lastSeq <= (head?.seq ?? 0);
    if (!isHeld && ports.epochs.isLate(partition, id, epoch)) {
      suspects.push(stream);
      continue;
    }
    accepted.push(stream);
    const next = (tails.get(stream)?.at(-1)?.lastSeq ?? head?.seq ?? 0) + 1;
    const between =
      firstSeq > next && !broken.has(stream) ? await fetchBetween(ports, stream, head, next, firstSeq) : [];
    if (isHeld) stands &&= await isJournaled(ports, examined.accepted);
    else if (firstSeq === (between.at(-1)?.lastSeq ?? next - 1) + 1 && !broken.has(stream))
      following.push(...between, { stream, firstSeq, lastSeq, value });
    else stands = false;
  }
  return { stands, following, accepted, suspects };
}

/** What a stream holds between, where it begins with what the ledger has and all of it verifies; else nothing. */
async function fetchBetween(
  { store, crypto, examiner }: RestorePorts,
  stream: string,
  head: StreamHead | undefined,
  from: number,
  until: number,
): Promise<RawSegment[]> {
  const [segments = []] = await store.read([{ stream }]);
  if (head !== undefined && !holds(crypto, segments, head)) return [];
  const between = segments.filter(({ firstSeq, lastSeq }) => firstSeq >= from && lastSeq < until);
  let next = from;
  for (const { firstSeq, lastSeq, value } of between) {
    if (firstSeq !== next || 'rejected' in examiner.examine(stream, value, firstSeq)) return [];
    next = lastSeq + 1;
  }
  return between;
}

async function isJournaled({ index }: RestorePorts, { events }: AcceptedSegment): Promise<boolean> {
  for (const { facts, digest } of events) {
    const located = facts.id === '' ? undefined : await index.entryOfEvent(facts.id);
    if (located?.entry.event_digest !== digest) return false;
  }
  return true;
}

/** The events of segments that have been verified, as far as they can be read. */
export const eventsIn = (segments: readonly RawSegment[]): unknown[] =>
  segments.flatMap(({ value }) => {
    const decoded = decodeSegment(value);
    return 'fault' in decoded ? [] : decoded.events.map((bytes): unknown => JSON.parse(bytes));
  });
