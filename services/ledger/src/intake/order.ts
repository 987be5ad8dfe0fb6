/** What the order of two outbox entries of different partitions is decided by. */
export interface Orderable {
  readonly partition: number;
  /** `<milliseconds>-<count>`: Redis' own time when the append ran. */
  readonly id: string;
  /** The ULID of its first event, made before the append; empty where nothing in it can be believed. */
  readonly firstEventId: string;
}

export const outboxMs = (id: string): number => Number(id.slice(0, id.indexOf('-')));

/** One partition's entries, and what decides about the next of them: its id is read once, not at every comparison. */
interface Lane<Entry> {
  readonly entries: readonly Entry[];
  at: number;
  ms: number;
  firstEventId: string;
}

/**
 * One order over all partitions in which no event precedes its cause: by Redis' time, and inside one millisecond, where
 * the counts of two partitions say nothing about each other, by the time in the event's ULID. Within a partition
 * the outbox's own order always stands, whatever the ids inside claim.
 */
export function inCausalOrder<Entry extends Orderable>(byPartition: readonly (readonly Entry[])[]): Entry[] {
  const lanes: Lane<Entry>[] = [];
  for (const entries of byPartition) {
    const lane: Lane<Entry> = { entries, at: -1, ms: 0, firstEventId: '' };
    if (advance(lane)) lanes.push(lane);
  }
  const ordered: Entry[] = [];
  for (;;) {
    let first: Lane<Entry> | undefined;
    for (const lane of lanes) if (first === undefined || precedes(lane, first)) first = lane;
    const entry = first?.entries[first.at];
    if (first === undefined || entry === undefined) return ordered;
    ordered.push(entry);
    if (!advance(first)) lanes.splice(lanes.indexOf(first), 1);
  }
}

/** @returns whether the lane has another entry */
function advance(lane: Lane<Orderable>): boolean {
  lane.at += 1;
  const entry = lane.entries[lane.at];
  if (entry === undefined) return false;
  lane.ms = outboxMs(entry.id);
  lane.firstEventId = entry.firstEventId;
  return true;
}

const precedes = (a: Lane<Orderable>, b: Lane<Orderable>): boolean =>
  a.ms !== b.ms ? a.ms < b.ms : a.firstEventId < b.firstEventId;
