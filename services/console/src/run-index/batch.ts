import type { MarketOpsEvent } from '@marketops/contracts';
import type { RecordedEvent } from '@marketops/operator/reading';
import { type FeedItem, feedOf } from './feed.js';
import { beginRun, type FoldFacts, foldInto, receiptIdOf, runIdOf } from './fold.js';
import type { ListedRun } from './listed-run.js';
import type { RunStore } from './store.js';

/** Runs that are remembered with their operations, so that the next event of one does not read it from the disk again. */
const rememberedMax = 8_192;

/** Runs as they are being folded: what the database has, and what it will have. */
export class FoldedRuns {
  readonly #store: Pick<RunStore, 'run' | 'firstSequenceOf'>;
  readonly #remembered = new Map<string, ListedRun>();

  constructor(store: Pick<RunStore, 'run' | 'firstSequenceOf'>) {
    this.#store = store;
  }

  get(runId: string): ListedRun | undefined {
    const remembered = this.#remembered.get(runId);
    if (remembered !== undefined) return remembered;
    const firstSequence = this.#store.firstSequenceOf(runId);
    const stored = firstSequence === undefined ? undefined : this.#store.run(firstSequence);
    if (stored !== undefined) this.remember(stored);
    return stored;
  }

  remember(run: ListedRun): void {
    this.#remembered.set(run.runId, run);
  }

  /** After a batch was written: what is forgotten now is in the database. Those that began first go first. */
  trim(): void {
    for (const runId of this.#remembered.keys()) {
      if (this.#remembered.size <= rememberedMax) return;
      this.#remembered.delete(runId);
    }
  }

  /** A batch was not written: what was folded is not true. */
  forget(): void {
    this.#remembered.clear();
  }
}

/** What has been read of the journal and is not written yet. */
export class Batch {
  readonly runs = new Map<string, ListedRun>();
  readonly receipts = new Map<string, number>();
  readonly events: RecordedEvent[] = [];
  readonly feed: FeedItem[] = [];
  readonly #folded: FoldedRuns;
  /** Whether anybody hears what it says; while an index is built nobody does. */
  readonly isFollowed: boolean;
  #entries = 0;

  constructor(folded: FoldedRuns, isFollowed: boolean) {
    this.#folded = folded;
    this.isFollowed = isFollowed;
  }

  get entries(): number {
    return this.#entries;
  }

  /** @param recorded proven, and in the ledger's order */
  add(recorded: RecordedEvent, facts: FoldFacts): void {
    const { event, entry } = recorded;
    if (entry === null) return;
    this.#entries += 1;
    if (this.isFollowed) {
      this.events.push(recorded);
      this.feed.push(...feedOf(event, entry));
    }
    const run = this.#runOf(event, entry.sequence);
    if (run === undefined) return;
    foldInto(run, event, entry.sequence, facts);
    this.runs.set(run.runId, run);
    const receiptId = receiptIdOf(event);
    if (receiptId !== undefined) this.receipts.set(receiptId, run.firstSequence);
  }

  #runOf(event: MarketOpsEvent, sequence: number): ListedRun | undefined {
    const runId = runIdOf(event);
    if (runId === undefined) return undefined;
    const known = this.#folded.get(runId);
    if (known !== undefined) return known;
    const begun = beginRun(event, sequence);
    if (begun !== undefined) this.#folded.remember(begun);
    return begun;
  }
}
