import { isProven, type JournalCursor, type ReplayTrust, scanJournal } from '@marketops/operator/reading';
import { RunIndexError } from './errors.js';
import { type FeedCursor, type FeedItem, feedOf, feedTypes, isAfter, parseFeedId } from './feed.js';
import type { AllowedTenants, RunChanges } from './run-index.js';
import type { RunRow } from './run-row.js';

/** Which items of the feed are wanted. */
export interface FeedRequest {
  readonly allowed: AllowedTenants;
  /** One run's, from its beginning; of all runs, from now on, where it is absent. */
  readonly runId?: string | undefined;
  /** The id of the last item that was seen: what came after it, and nothing else. */
  readonly after?: string | undefined;
  readonly signal: AbortSignal;
}

export interface FeedSource {
  readonly journal: string;
  readonly trust: () => ReplayTrust;
  /** The last entry that is in the index. */
  readonly position: () => number;
  /** A place to begin to read at, in order to find what stands behind that entry. */
  readonly cursorBefore: (sequence: number) => JournalCursor | undefined;
  readonly row: (runId: string) => RunRow | undefined;
}

/** Items that are remembered: who is behind them reads the journal, where they wait without any memory. */
const rememberedMax = 20_000;
/** Behind every item of an entry. */
const atEnd = 1_000;

/**
 * The feed of all runs, for many readers at once. What is new they get from memory, what is older from the journal; a reader that
 * is slow is asked for nothing and holds nothing up: it finds what it missed in the journal.
 */
export class FeedReader {
  readonly #source: FeedSource;
  #remembered: FeedItem[] = [];
  /** Every item of every entry behind this one is remembered. Undefined while the index is being made. */
  #from: number | undefined;
  readonly #bells = new Set<() => void>();

  constructor(source: FeedSource) {
    this.#source = source;
  }

  /** What the index has just taken. */
  take({ position, reset, feed }: Pick<RunChanges, 'position' | 'reset' | 'feed'>): void {
    if (reset) {
      this.#remembered = [];
      this.#from = position;
    }
    this.#remembered.push(...feed);
    if (this.#remembered.length > 2 * rememberedMax) this.#trim();
    for (const ring of this.#bells) ring();
  }

  /** The index is made again: nothing is given out until it is. */
  forget(): void {
    this.#remembered = [];
    this.#from = undefined;
  }

  #trim(): void {
    let count = this.#remembered.length - rememberedMax;
    const last = this.#remembered[count - 1]?.sequence ?? 0;
    while (this.#remembered[count]?.sequence === last) count += 1;
    this.#remembered = this.#remembered.slice(count);
    this.#from = last;
  }

  /**
   * Items in the order of the ledger, each once; goes on until the signal aborts, whose reason it throws.
   * @throws RunIndexError `cursor_invalid`; JournalError, ProofError where what stands in the journal is not as it was written
   */
  async *read(request: FeedRequest): AsyncGenerator<FeedItem> {
    const { signal } = request;
    const seen = seenBy(request);
    let cursor: FeedCursor | undefined;
    while (true) {
      signal.throwIfAborted();
      const rung = this.#nextRing(signal);
      // While the index is made, nobody knows yet what has been and what is new.
      if (this.#from === undefined) {
        await rung;
        continue;
      }
      const position = this.#source.position();
      cursor ??= this.#beginning(request, seen);
      // It is of another ledger, or of one that has been restored since: it goes on from here.
      if (cursor.sequence > position) cursor = { sequence: position, at: atEnd };
      if (this.#isForgotten(cursor, this.#from)) {
        for await (const item of this.#past(cursor, position, request)) yield item;
        cursor = { sequence: position, at: atEnd };
      }
      const fresh = this.#remembered.slice(firstAfter(this.#remembered, cursor));
      for (const item of fresh) {
        cursor = parseFeedId(item.id) ?? cursor;
        if (fits(item, request)) yield item;
      }
      // While it was given out, more may have come, or have been forgotten.
      if (fresh.length === 0) await rung;
    }
  }

  /** Whether what comes after it may not be remembered any more: of an entry, the rest of what it says counts too. */
  #isForgotten({ sequence, at }: FeedCursor, from: number): boolean {
    return sequence < from || (sequence === from && at < atEnd);
  }

  #beginning({ runId }: FeedRequest, seen: FeedCursor | undefined): FeedCursor {
    if (seen !== undefined) return seen;
    const row = runId === undefined ? undefined : this.#source.row(runId);
    return { sequence: row === undefined ? this.#source.position() : row.first_sequence - 1, at: atEnd };
  }

  async *#past(cursor: FeedCursor, position: number, request: FeedRequest): AsyncGenerator<FeedItem> {
    const { runId, signal } = request;
    const { journal, trust, cursorBefore, row } = this.#source;
    // What is said of one run ends with its last entry.
    const last = runId === undefined ? position : (row(runId)?.last_sequence ?? 0);
    if (last < cursor.sequence) return;
    const scan = scanJournal({
      // The entry of the cursor itself too: it may say more than was seen of it.
      ...{ journal, trust: trust(), from: cursorBefore(cursor.sequence - 1), signal },
      untilSequence: Math.min(position, last),
      mayFit: (envelope) =>
        feedTypes.has(envelope.type) &&
        envelope.sequence >= cursor.sequence &&
        (runId === undefined || envelope.runId === runId),
    });
    for await (const { events } of scan)
      for (const one of events) {
        if (one.entry === null || !isProven(one)) continue;
        for (const item of feedOf(one.event, one.entry))
          if (isAfter(item, cursor) && fits(item, request)) yield item;
      }
  }

  /** Resolves when something is taken from now on; rejects when the signal aborts. */
  #nextRing(signal: AbortSignal): Promise<void> {
    const rung = new Promise<void>((resolve, reject) => {
      const done = (): void => {
        this.#bells.delete(done);
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = (): void => {
        this.#bells.delete(done);
        reject(signal.reason);
      };
      this.#bells.add(done);
      signal.addEventListener('abort', stop, { once: true });
    });
    // It may abort while nobody waits for this one.
    rung.catch(() => undefined);
    return rung;
  }
}

const fits = ({ run_id, tenant_id }: FeedItem, { allowed, runId }: FeedRequest): boolean =>
  (runId === undefined || run_id === runId) && (allowed === 'all' || allowed.includes(tenant_id));

/** @throws RunIndexError `cursor_invalid` */
function seenBy({ after }: FeedRequest): FeedCursor | undefined {
  if (after === undefined) return undefined;
  const seen = parseFeedId(after);
  if (seen === undefined)
    throw new RunIndexError('cursor_invalid', 'The id is none that the feed of runs gave.');
  return seen;
}

/** Where among ordered items those after a place begin: a thousand readers ask it twenty times a second. */
function firstAfter(items: readonly FeedItem[], cursor: FeedCursor): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && !isAfter(item, cursor)) low = middle + 1;
    else high = middle;
  }
  return low;
}
