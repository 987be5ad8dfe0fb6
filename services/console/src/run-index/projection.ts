import { setTimeout as pause } from 'node:timers/promises';
import type { Keyring } from '@marketops/contracts';
import {
  type Blobs,
  isProven,
  type JournalBell,
  type JournalCursor,
  openJournalBell,
  type RecordedEvent,
  type ReplayTrust,
  replayTrust,
  scanJournal,
} from '@marketops/operator/reading';
import { listJournal } from '@marketops/verifier/node';
import { Batch, FoldedRuns } from './batch.js';
import { RunIndexError } from './errors.js';
import type { FoldFacts } from './fold.js';
import { journalMark } from './journal-mark.js';
import type { RunStore } from './store.js';

export interface ProjectionOptions {
  /** The folder of the ledger's files. */
  readonly journal: string;
  /** Asked again whenever something cannot be verified: keys are added while the console runs. */
  readonly keyring: () => Keyring;
  /** Reads plans that are too large to stand in their event; where it is absent, operations tell what they can. */
  readonly blobs?: Pick<Blobs, 'plan'> | undefined;
  readonly store: RunStore;
  /** Called when a batch stands in the database. @param reset everything is to be read from there anew */
  readonly onWritten: (batch: Batch, position: number) => void;
  /** Another journal stands where the index's own did: it begins at entry 1 again. */
  readonly onForgotten: () => void;
  /** Another process had written the index, and does no more: what it wrote was read anew. */
  readonly onTakenOver: () => void;
  /** It has read all there is: for the first time (then `isNew`), or for the first time since it failed. */
  readonly onLive: (isNew: boolean) => void;
  readonly onFailed: (fault: unknown) => void;
  /** While it is built: entries that are written at once; 10,000, so that the database syncs every second or so. */
  readonly entriesPerWrite?: number | undefined;
}

/** While it is live: a batch of the ledger is seen this soon, and a busy ledger does not make the disk sync for each. */
const writeEveryMs = 50;
const tryAgainMs = 1_000;
/** Tries at which another process was found at the same place: it is gone, or rests. */
const timesIdle = 3;

const emptyCursor = { sequence: 0 };

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (fault: unknown) => void;
}

/**
 * Follows the journal and writes what it says of runs:
 *
 *     building ──(read to its end)──▶ live ──(journal or disk at fault)──▶ failed ──(a second later)──▶ building or live
 *        ▲                              │
 *        └── the journal is another one ┘
 *
 * Every segment's signatures and every commit's are verified against the keyring, as every reader does; what a key signed that
 * was revoked before the ledger committed it is left out. The hash chain is not walked: that is `marketops verify`. What has been
 * written is behind the cursor in the same transaction, so that a crash at any point repeats or loses nothing. What comes faster
 * than it is written waits in the journal.
 */
export class Projection {
  readonly #options: ProjectionOptions;
  readonly #folded: FoldedRuns;
  readonly #bell: JournalBell;
  readonly #abort = new AbortController();
  readonly #running: Promise<void>;
  #trust: ReplayTrust;
  /** The keyring that it was made of. */
  #keys: string;
  #cursor: JournalCursor | undefined;
  #seen = '';
  /** It has been at the journal's end: whoever follows is told of every batch from then on, those of after a failure too. */
  #isFollowed = false;
  #isWell = false;
  /** Where another process that writes the index stands, and how often it was found there. */
  #others: { readonly sequence: number; times: number } | undefined;
  #waiting: Waiting[] = [];
  #ask: () => void = () => undefined;

  constructor(options: ProjectionOptions) {
    this.#options = options;
    this.#folded = new FoldedRuns(options.store);
    this.#bell = openJournalBell(options.journal);
    const keyring = options.keyring();
    this.#trust = replayTrust(keyring);
    this.#keys = JSON.stringify(keyring);
    this.#cursor = options.store.head()?.cursor;
    this.#running = this.#run();
  }

  /** The last entry that is in the index. */
  get position(): number {
    return (this.#cursor ?? emptyCursor).sequence;
  }

  /** What signatures are verified against now. */
  get trust(): ReplayTrust {
    return this.#trust;
  }

  /** Resolves when what stands in the journal now is in the index. Rejects when it is closed before. */
  caughtUp(): Promise<void> {
    if (this.#abort.signal.aborted) return Promise.reject(this.#abort.signal.reason);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#ask();
    });
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#running;
    this.#bell.close();
    for (const { reject } of this.#waiting.splice(0)) reject(this.#abort.signal.reason);
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        await this.#pass();
        // Who asks whether it has caught up is not made to wait for the bell.
        if (this.#waiting.length === 0) await Promise.race([this.#bell.next(signal), this.#asked()]);
      } catch (fault) {
        if (signal.aborted) return;
        // What was folded and not written is read again.
        this.#folded.forget();
        this.#seen = '';
        if (this.#hasNewKeys()) continue;
        this.#isWell = false;
        this.#options.onFailed(fault);
        this.#takeOver(fault);
        await pause(tryAgainMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #asked(): Promise<void> {
    return new Promise((resolve) => {
      this.#ask = resolve;
    });
  }

  /** What could not be verified may be signed by a key that was added since. */
  #hasNewKeys(): boolean {
    try {
      const keyring = this.#options.keyring();
      const said = JSON.stringify(keyring);
      if (said === this.#keys) return false;
      this.#trust = replayTrust(keyring);
      this.#keys = said;
      return true;
    } catch {
      // It is being written, or damaged: the one before goes on.
      return false;
    }
  }

  /**
   * Another process wrote the index, such as the console that this one replaces. As long as it goes on writing, it alone keeps the
   * index; where it stands still, this one reads what it wrote and goes on from there.
   */
  #takeOver(fault: unknown): void {
    const isInUse = fault instanceof RunIndexError && fault.code === 'run_index_in_use';
    const at = isInUse ? this.#options.store.head()?.cursor : undefined;
    if (at === undefined || this.#others?.sequence !== at.sequence) {
      this.#others = at === undefined ? undefined : { sequence: at.sequence, times: 1 };
      return;
    }
    this.#others.times += 1;
    if (this.#others.times < timesIdle) return;
    this.#others = undefined;
    try {
      this.#options.store.reload();
    } catch (unreadable) {
      this.#options.onFailed(unreadable);
      return;
    }
    this.#cursor = at;
    // Whoever follows has missed what the other one took.
    this.#isFollowed = false;
    this.#options.onTakenOver();
  }

  /** Reads what there is. */
  async #pass(): Promise<void> {
    const waiting = this.#waiting.splice(0);
    try {
      const extent = await extentOf(this.#options.journal);
      if (extent !== this.#seen) {
        await this.#checkJournal();
        while (!(await this.#read())) await this.#forget();
        this.#seen = extent;
      }
      if (!this.#isFollowed || !this.#isWell) this.#options.onLive(!this.#isFollowed);
      this.#isFollowed = true;
      this.#isWell = true;
    } catch (fault) {
      this.#waiting.push(...waiting);
      throw fault;
    }
    for (const { resolve } of waiting) resolve();
  }

  async #checkJournal(): Promise<void> {
    const head = this.#options.store.head();
    if (head === undefined) return;
    if ((await journalMark(this.#options.journal, head.cursor)) !== head.mark) await this.#forget();
  }

  async #forget(): Promise<void> {
    await this.#options.store.clear();
    this.#folded.forget();
    this.#cursor = undefined;
    this.#isFollowed = false;
    this.#options.onForgotten();
  }

  /** @returns false where the journal goes on from before the cursor: what stood behind that does not count any more */
  async #read(): Promise<boolean> {
    const { journal } = this.#options;
    const { signal } = this.#abort;
    let at = this.#cursor;
    let batch = this.#newBatch();
    let writtenMs = performance.now();
    for await (const { events, cursor } of scanJournal({
      ...{ journal, trust: this.#trust, from: at, mayFit: () => true, signal },
    })) {
      if (at !== undefined && !isContinued(at, cursor)) return false;
      at = cursor;
      for (const one of events) if (isProven(one)) batch.add(one, await this.#factsOf(one));
      const isDue = this.#isFollowed
        ? performance.now() - writtenMs >= writeEveryMs
        : batch.entries >= (this.#options.entriesPerWrite ?? 10_000);
      if (!isDue) continue;
      await this.#write(batch, at);
      batch = this.#newBatch();
      writtenMs = performance.now();
    }
    if (at !== undefined && !isSamePlace(at, this.#cursor)) await this.#write(batch, at);
    return true;
  }

  #newBatch = (): Batch => new Batch(this.#folded, this.#isFollowed);

  async #factsOf({ event }: RecordedEvent): Promise<FoldFacts> {
    if (event.type !== 'plan.generated' || !('blob' in event.data.plan)) return {};
    return { plan: await this.#options.blobs?.plan(event) };
  }

  async #write(batch: Batch, cursor: JournalCursor): Promise<void> {
    const { store, journal, onWritten } = this.#options;
    const mark = await journalMark(journal, cursor);
    if (mark === undefined)
      throw new RunIndexError('run_index_failed', 'The journal was cut while it was read.', {
        retry: 'transient',
      });
    const { runs, receipts } = batch;
    await store.write({ runs: runs.values(), receipts, head: { cursor, mark } }, this.position);
    this.#cursor = cursor;
    onWritten(batch, cursor.sequence);
    this.#folded.trim();
  }
}

const isSamePlace = (one: JournalCursor, other: JournalCursor | undefined): boolean =>
  one.term === other?.term && one.firstSequence === other.firstSequence && one.offset === other.offset;

/** Whether the next file begins where the one before ended. @throws RunIndexError `run_index_failed` where something is missing */
function isContinued(at: JournalCursor, next: JournalCursor): boolean {
  if (next.term === at.term && next.firstSequence === at.firstSequence) return true;
  if (next.firstSequence <= at.sequence + 1) return next.firstSequence === at.sequence + 1;
  throw new RunIndexError(
    'run_index_failed',
    `The journal goes from entry ${at.sequence} to ${next.firstSequence}: what is between is gone.`,
    { next: 'Run marketops verify: it says what is missing. The index goes on when the journal is whole.' },
  );
}

/** Changes whenever there may be something to read. */
async function extentOf(journal: string): Promise<string> {
  const files = await listJournal(journal);
  return files.map(({ name, bytes }) => `${name} ${bytes}`).join(',');
}
