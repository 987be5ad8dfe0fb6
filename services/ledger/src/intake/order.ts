/** What the order of two outbox entries of different partitions is decided by. */
export interface Orderable {
  readonly partition: number;
  /** `<milliseconds>-<count>`: Redis' own time when the append ran. */
  readonly id: string;
  /** The ULID of its first event, made before the append; empty where nothing in it can be believed. */
  readonly firstEventId: string;
}

export const outboxMs = (id: string): number => Number(id.slice(0, id.indexOf('-')));

/**
 * One order over all partitions in which no event precedes its cause: by Redis' time, and inside one millisecond, where
 * the counts of two partitions say nothing about each other, by the time in the event's ULID. Within a partition
 * the outbox's own order always stands, whatever the ids inside claim.
 */
export function inCausalOrder<Entry extends Orderable>(byPartition: readonly (readonly Entry[])[]): Entry[] {
  const lanes = byPartition.filter((entries) => entries.length > 0).map((entries) => ({ entries, at: 0 }));
  const ordered: Entry[] = [];
  for (;;) {
    let first: Entry | undefined;
    let from: (typeof lanes)[number] | undefined;
    for (const lane of lanes) {
      const entry = lane.entries[lane.at];
      if (entry !== undefined && (first === undefined || precedes(entry, first))) {
        first = entry;
        from = lane;
      }
    }
    if (first === undefined || from === undefined) return ordered;
    ordered.push(first);
    from.at += 1;
  }
}

function precedes(a: Orderable, b: Orderable): boolean {
  const byTime = outboxMs(a.id) - outboxMs(b.id);
  return byTime !== 0 ? byTime < 0 : a.firstEventId < b.firstEventId;
}
