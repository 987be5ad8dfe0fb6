import type { Clock, Logger } from '@marketops/engine';
import type { IndexHead, IndexTables, LedgerIndex, StreamHead } from '@marketops/journal';
import type { CryptoPort } from '@marketops/proof';
import type { EventStore, OutboxEntry } from '@marketops/store';
import type { ChainPoint } from '@marketops/verifier';
import { LedgerError } from './errors.js';
import type { StreamHeads } from './heads.js';
import { type AdmitPorts, admit, type Batch, type ExaminedEntry } from './intake/admit.js';
import type { AcceptedSegment, Examined, Examiner } from './intake/examine.js';
import { inCausalOrder } from './intake/order.js';
import { OutboxReader } from './intake/outbox.js';
import { type BuiltBatch, buildBatch } from './journal/batch.js';
import type { JournalClock } from './journal/clock.js';
import type { JournalWriter, LedgerSigner } from './journal/writer.js';
import type { RunNumbers } from './ledger-index/numbers.js';
import { indexBatch, type PlacedBatch } from './ledger-index/writer.js';
import type { CommitObserver } from './measuring/observe-commits.js';
import { type AnsweredPartition, acknowledge, type ToAcknowledge } from './redis/acknowledge.js';
import type { Quarantine } from './redis/quarantine.js';
import type { LedgerTuning } from './tuning.js';
import type { TermFence } from './writers/fence.js';

export interface LoopPorts {
  readonly store: EventStore;
  readonly crypto: CryptoPort;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signer: LedgerSigner;
  readonly writer: JournalWriter;
  readonly tables: IndexTables;
  readonly numbers: RunNumbers;
  readonly index: LedgerIndex;
  readonly heads: StreamHeads;
  readonly examiner: Examiner;
  readonly quarantine: Quarantine;
  readonly tuning: LedgerTuning;
  readonly fence: Pick<TermFence, 'check'>;
  readonly epoch: () => number;
  readonly isLate: AdmitPorts['isLate'];
  /** Whether the disk has room for another batch; until then what is there waits in the outbox. */
  readonly hasRoom: () => Promise<boolean>;
  readonly hasLeft: AdmitPorts['hasLeft'];
  /** Takes streams out of Redis of runs that had left it. */
  readonly takeOutAgain: (streams: ReadonlySet<string>) => Promise<void>;
  readonly committedAt: JournalClock;
  /** Whether Redis may be another than the one that has been compared with the journal. */
  readonly isAnother: () => Promise<boolean>;
  /** Absent: nobody watches. */
  readonly onCommit?: CommitObserver;
  /** Compares, and mends; nothing is under way meanwhile. */
  readonly look: () => Promise<unknown>;
}

interface Between {
  readonly task: () => Promise<unknown>;
  readonly resolve: () => void;
  readonly reject: (fault: unknown) => void;
}

/** A batch's part of the index: not the batch, whose bytes need not live until it is indexed. */
interface ToIndex {
  readonly placed: PlacedBatch;
  readonly heads: ReadonlyMap<string, StreamHead>;
  readonly head: Omit<IndexHead, 'version'>;
}

/** Every stream the batch adds to is answered by it, so the heads to acknowledge are those to index. */
function toIndex({ head, end, placed }: BuiltBatch, { epoch, term, partitions }: ToAcknowledge): ToIndex {
  const heads = new Map<string, StreamHead>();
  for (const { streams } of partitions.values()) for (const [stream, at] of streams) heads.set(stream, at);
  const { file, offset, line } = end;
  return { placed, heads, head: { ...head, epoch, term, firstSequence: file.firstSequence, offset, line } };
}

/**
 * The one writer.
 *
 *     read the outbox ─▶ examine, order, admit ─▶ build lines ─▶ one write, one fdatasync ─▶ acknowledge ─▶ index
 *           ▲                                         │
 *           └──────── while the disk works ◀──────────┘
 *
 * Three things may be under way at once: the next turn is read and examined, one batch is on its way to the disk, and a
 * few batches that are durable are being acknowledged and indexed, in order. Lines are built only when the batch
 * before is durable, so a failed write leaves nothing after it. Nothing is acknowledged before its fdatasync returned
 * (law L2). Any fault of the disk, and a deposition, ends the loop; faults of Redis are waited out.
 *
 * What has been read counts only if Redis is still the one that was compared with the journal: one that came back with
 * less is compared and mended between two turns, when nothing is under way, and read from its beginning.
 */
export class LedgerLoop {
  #ports: LoopPorts;
  #outbox: OutboxReader;
  #admitPorts: AdmitPorts;
  #head: ChainPoint;
  #writing: Promise<void> = Promise.resolve();
  #writingSinceMs: number | undefined;
  /** The last acknowledgement under way. */
  #said: Promise<void> = Promise.resolve();
  /** Batches not yet acknowledged and indexed, oldest first. */
  #unsettled: Promise<void>[] = [];
  #failure: unknown;
  #stopping = false;
  #ended = false;
  readonly #between: Between[] = [];
  #settled: ChainPoint;
  #waiters = new Set<() => void>();

  constructor(ports: LoopPorts, head: ChainPoint) {
    this.#ports = ports;
    this.#head = head;
    this.#settled = head;
    this.#outbox = new OutboxReader(ports.store, ports.tuning);
    this.#admitPorts = {
      heads: ports.heads,
      examiner: ports.examiner,
      readStream: async (stream, afterSeq) => (await ports.store.read([{ stream, afterSeq }]))[0] ?? [],
      holds: (segment) => this.#holds(segment),
      isLate: ports.isLate,
      hasLeft: ports.hasLeft,
    };
  }

  /** The last entry that is durable, indexed and acknowledged. */
  get settled(): ChainPoint {
    return this.#settled;
  }

  /** How many events are on their way to that. */
  get unsettledEvents(): number {
    return this.#head.sequence - this.#settled.sequence;
  }

  /** Resolves when the entry is durable, indexed and acknowledged; rejects when the loop ends before. */
  async settledThrough(sequence: number): Promise<void> {
    while (this.#settled.sequence < sequence) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) throw new LedgerError('stopped', `The ledger stopped before entry ${sequence}.`);
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  stop(): void {
    this.#stopping = true;
  }

  /** Ends the loop from outside, as a fault of its own would. */
  fail(fault: unknown): void {
    this.#failure ??= fault;
    this.#wake();
  }

  /**
   * Does something between two turns, when everything that was taken is journaled, acknowledged and indexed; afterwards
   * the outbox is read from its beginning. Rejects with the task's fault, or when the loop ends before.
   */
  between(task: () => Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#ended) reject(this.#failure ?? new LedgerError('stopped', 'The ledger has stopped.'));
      else this.#between.push({ task, resolve, reject });
    });
  }

  /** How long the disk has been at the batch it was given last; 0 where it is not. */
  get writingForMs(): number {
    return this.#writingSinceMs === undefined ? 0 : performance.now() - this.#writingSinceMs;
  }

  /** True once it is to end. */
  get isStopping(): boolean {
    return this.#stopping || this.#failure !== undefined;
  }

  /**
   * Works until `stop`, and then settles what is durable.
   * @throws LedgerError: nothing after the fault has been acknowledged
   */
  async run(): Promise<void> {
    try {
      while (!this.#stopping && this.#failure === undefined) await this.#turn();
      await this.#writing;
      await Promise.all(this.#unsettled);
    } catch (fault) {
      this.fail(fault);
    }
    this.#ended = true;
    this.#wake();
    const why = this.#failure ?? new LedgerError('stopped', 'The ledger has stopped.');
    for (const { reject } of this.#between.splice(0)) reject(why);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #turn(): Promise<void> {
    const { log, clock, tuning, isAnother, look, hasRoom } = this.#ports;
    if (this.#between.length > 0) return this.#pause();
    if (!(await hasRoom())) {
      await this.#settle();
      return clock.sleep(tuning.retryMs);
    }
    let lanes: OutboxEntry[][];
    try {
      lanes = await this.#outbox.next();
      if (await isAnother()) {
        log.warn('Redis is not what it was; comparing it with the journal');
        await this.#settle();
        await look();
        this.#outbox.rewind();
        return;
      }
    } catch (fault) {
      if (fault instanceof LedgerError) throw fault;
      log.warn({ fault }, 'the outbox cannot be read; trying again');
      // What was read and not taken is read again.
      this.#outbox.rewind();
      return clock.sleep(tuning.retryMs);
    }
    const entries = inCausalOrder(lanes.map((entries) => entries.map((entry) => this.#examine(entry))));
    for await (const batch of admit(entries, this.#admitPorts, tuning.batchBytesMax)) {
      await this.#commit(batch);
    }
  }

  async #settle(): Promise<void> {
    await this.#writing;
    await Promise.all(this.#unsettled);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #pause(): Promise<void> {
    await this.#settle();
    for (const { task, resolve, reject } of this.#between.splice(0)) await task().then(resolve, reject);
    this.#outbox.rewind();
  }

  #examine({ partition, id, segments }: OutboxEntry): ExaminedEntry {
    const examined: { examined: Examined; valueBytes: number }[] = [];
    let firstEventId = '';
    for (const { stream, value } of segments) {
      const result = this.#ports.examiner.examine(stream, value);
      examined.push({ examined: result, valueBytes: value.length });
      if (firstEventId === '' && 'accepted' in result)
        firstEventId = result.accepted.events[0]?.facts.id ?? '';
    }
    return { partition, id, segments: examined, firstEventId };
  }

  async #commit(batch: Batch): Promise<void> {
    await this.#writing;
    while (this.#unsettled.length >= this.#ports.tuning.unsettledMax) await this.#unsettled[0];
    if (this.#failure !== undefined) throw this.#failure;
    const built = batch.segments.length === 0 ? undefined : await this.#build(batch.segments);
    if (built !== undefined) {
      this.#head = built.head;
      this.#writing = this.#write(built);
    }
    const durable = this.#toAcknowledge(batch, built);
    const said = this.#say(this.#writing, this.#said, batch, durable);
    if (built !== undefined) this.#ports.onCommit?.(built, this.#writing, said);
    const indexed = built === undefined ? undefined : toIndex(built, durable);
    const settling = this.#index(said, this.#unsettled.at(-1), indexed, durable);
    this.#said = said;
    this.#unsettled.push(settling);
    // Awaited by the next commit and at the end; until then a rejection must not count as unhandled.
    settling.then(
      () => this.#unsettled.shift(),
      (fault: unknown) => this.fail(fault),
    );
  }

  async #write({ bytes, lines }: BuiltBatch): Promise<void> {
    this.#writingSinceMs = performance.now();
    try {
      await this.#ports.writer.commit(bytes, lines);
    } finally {
      this.#writingSinceMs = undefined;
    }
  }

  async #build(segments: readonly AcceptedSegment[]): Promise<BuiltBatch> {
    const { writer, crypto, signer, committedAt, tuning, epoch } = this.#ports;
    if (writer.place.offset >= tuning.fileBytesMax) await writer.rotate(this.#head);
    return buildBatch(crypto, {
      segments,
      after: this.#head,
      place: writer.place,
      epoch: epoch(),
      committedAt: committedAt(),
      signer,
    });
  }

  /** Taken down now: the heads are those of this batch only until the next one is admitted. */
  #toAcknowledge({ answered }: Batch, built: BuiltBatch | undefined): ToAcknowledge {
    const { heads, epoch, writer } = this.#ports;
    const partitions = new Map<number, AnsweredPartition>();
    for (const [partition, { upTo, streams }] of answered) {
      const ends = new Map<string, StreamHead>();
      for (const stream of streams) ends.set(stream, heads.head(stream));
      partitions.set(partition, { upTo, streams: ends });
    }
    return {
      epoch: epoch(),
      term: writer.place.file.term,
      firstSequence: built?.firstSequence ?? this.#head.sequence,
      head: this.#head,
      partitions,
    };
  }

  /** Once the batch is durable, and in the order of the batches: a word must never be overwritten by an older one. */
  async #say(
    written: Promise<void>,
    before: Promise<void>,
    { suspicions, reborn }: Pick<Batch, 'suspicions' | 'reborn'>,
    durable: ToAcknowledge,
  ): Promise<void> {
    await Promise.all([written, before]);
    // Before the outbox forgets what could not be believed, the event that says so stands in the store.
    for (const suspicion of suspicions) await this.#ports.quarantine.raise(suspicion);
    if (reborn.size > 0) await this.#takeOutAgain(reborn);
    await this.#acknowledge(durable);
  }

  /** Before the outbox forgets them: a ledger that is killed here finds them there again. */
  async #takeOutAgain(streams: ReadonlySet<string>): Promise<void> {
    const { log, clock, tuning, takeOutAgain } = this.#ports;
    for (;;) {
      try {
        return await takeOutAgain(streams);
      } catch (fault) {
        // The next start puts away what is left.
        if (this.#stopping) return;
        log.warn({ fault }, 'a run that was begun again cannot be taken out; trying again');
        await clock.sleep(tuning.retryMs);
      }
    }
  }

  /** After the acknowledgement: what a deposed writer wrote does not count and must not get into the index. */
  async #index(
    said: Promise<void>,
    before: Promise<void> | undefined,
    batch: ToIndex | undefined,
    { head }: ToAcknowledge,
  ): Promise<void> {
    await Promise.all([said, before]);
    if (batch !== undefined) await indexBatch(this.#ports, batch.placed, batch.heads, batch.head);
    this.#settled = head;
    this.#wake();
  }

  async #acknowledge(durable: ToAcknowledge): Promise<void> {
    const { log, clock, tuning, look } = this.#ports;
    for (;;) {
      try {
        // Beside the term in Redis: one that was put back to an earlier state knows of no newer writer.
        await this.#ports.fence.check();
        const lost = await acknowledge(this.#ports, durable);
        // Their control keys are gone. Not awaited: the look waits for this very batch.
        if (lost.length > 0) void this.between(look).catch((fault: unknown) => this.#lookFailed(fault));
        return;
      } catch (fault) {
        if (fault instanceof LedgerError) throw fault;
        log.warn({ fault }, 'acknowledgements cannot be written; trying again');
        // Durable and not acknowledged is no loss: the next start finds the outbox as it is and acknowledges.
        if (this.#stopping) return;
        await clock.sleep(tuning.retryMs);
      }
    }
  }

  /** A fault of Redis is met again by the next look. */
  #lookFailed(fault: unknown): void {
    if (fault instanceof LedgerError) this.fail(fault);
    else this.#ports.log.warn({ fault }, 'Redis cannot be compared with the journal; trying again');
  }

  /** Whether every event of the segment is journaled with these bytes; asked for duplicates only, which are rare. */
  async #holds(segment: AcceptedSegment): Promise<boolean> {
    await this.#settle();
    for (const { facts, digest } of segment.events) {
      const located = facts.id === '' ? undefined : await this.#ports.index.entryOfEvent(facts.id);
      if (located?.entry.event_digest !== digest) return false;
    }
    return true;
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }
}
