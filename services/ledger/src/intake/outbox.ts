import { type EventStore, type OutboxEntry, partitionCount } from '@marketops/store';
import type { LedgerTuning } from '../tuning.js';
import { outboxMs } from './order.js';

/**
 * Reads the outboxes of all partitions with one blocking call.
 *
 * A partition that gave as many entries as were asked for may have more. Whatever has the millisecond of its last entry
 * or a later one, in any partition, may be caused by what has not been read: it waits here for the next turn. Cursors live in memory only;
 * after a restart the outbox is read from its beginning, which is what has not been acknowledged.
 */
export class OutboxReader {
  #store: EventStore;
  #tuning: LedgerTuning;
  #cursors = new Map<number, string>();
  #waiting: OutboxEntry[][] = Array.from({ length: partitionCount }, () => []);
  #countMax: number;

  constructor(store: EventStore, tuning: LedgerTuning) {
    this.#store = store;
    this.#tuning = tuning;
    this.#countMax = tuning.readCountFirst;
  }

  /** Entries of each partition that may be taken now, each list in order; none when `blockMs` passed without any. */
  async next(): Promise<OutboxEntry[][]> {
    const { blockMs } = this.#tuning;
    const countMax = this.#countMax;
    const isWaiting = this.#waiting.some((entries) => entries.length > 0);
    const fresh = await this.#store.readOutbox(this.#cursors, { countMax, blockMs: isWaiting ? 1 : blockMs });
    const counts = new Map<number, number>();
    for (const entry of fresh) {
      this.#waiting[entry.partition]?.push(entry);
      this.#cursors.set(entry.partition, entry.id);
      counts.set(entry.partition, (counts.get(entry.partition) ?? 0) + 1);
    }
    this.#adapt(fresh);
    return this.#take(this.#boundOf(counts, countMax));
  }

  /** Forgets how far it has read: Redis is not the one it was. What was taken before comes again as a duplicate. */
  rewind(): void {
    this.#cursors.clear();
    for (const entries of this.#waiting) entries.length = 0;
    this.#countMax = this.#tuning.readCountFirst;
  }

  /** The millisecond up to which every partition has been read whole. */
  #boundOf(counts: ReadonlyMap<number, number>, countMax: number): number {
    let boundMs = Number.POSITIVE_INFINITY;
    for (const [partition, count] of counts) {
      const last = this.#waiting[partition]?.at(-1);
      if (count >= countMax && last !== undefined) boundMs = Math.min(boundMs, outboxMs(last.id));
    }
    return boundMs;
  }

  #take(boundMs: number): OutboxEntry[][] {
    const taken = this.#waiting;
    // Nearly always everything may go, and no id needs to be looked at.
    this.#waiting = taken.map((entries) => {
      if (boundMs === Number.POSITIVE_INFINITY) return [];
      const beyond = entries.findIndex(({ id }) => outboxMs(id) >= boundMs);
      return beyond < 0 ? [] : entries.splice(beyond);
    });
    return taken;
  }

  /** COUNT bounds entries, not bytes: a turn that brought much is followed by one that asks for less. */
  #adapt(fresh: readonly OutboxEntry[]): void {
    const { turnBytesMax, readCountMax } = this.#tuning;
    let bytes = 0;
    for (const { segments } of fresh) for (const { value } of segments) bytes += value.length;
    if (bytes > turnBytesMax) this.#countMax = Math.max(1, this.#countMax >> 2);
    else if (bytes < turnBytesMax >> 2) this.#countMax = Math.min(readCountMax, this.#countMax * 2);
  }
}
