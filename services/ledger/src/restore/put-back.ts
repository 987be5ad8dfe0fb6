import { systemStream } from '@marketops/contracts';
import { partitionOf, type Restoration, type RestoredStream } from '@marketops/store';
import { deposed, isDeposedBy } from '../redis/controls.js';
import { headsByRun, type StreamGroup } from './heads-by-run.js';
import { differing } from './holds.js';
import { type JournalSegments, openJournalSegments } from './journal-segments.js';
import type { JudgedOutbox } from './judge-outbox.js';
import type { RestorePorts } from './ports.js';
import { type Damage, deadlineOf, plain, restored, split, wordsOn } from './restoration.js';

export interface PutBack {
  readonly streams: number;
  readonly events: number;
  /** Runs that go on: the sweeper is to look at them at once. */
  readonly openRuns: number;
}

export interface PutBackOptions {
  readonly partitions: ReadonlySet<number>;
  readonly judged: JudgedOutbox;
  /** Compare every stream byte for byte, not by its length. */
  readonly deep: boolean;
  readonly onProgress: (done: PutBack) => void;
}

const streamsPerChunk = 512;

/**
 * Puts the streams of closed partitions back to what the ledger has, with a fresh word on each, and what rightly waits in
 * the outbox after it. A stream goes whole (but one of many megabytes), so nobody sees a receipt without the start that
 * consumed it; operations come before their runs, and a run's deadline goes with its last call: a repair that is killed
 * anywhere finds what is left to do by looking again.
 * @throws LedgerError `deposed`, `journal_damaged`
 */
export async function putBack(ports: RestorePorts, options: PutBackOptions): Promise<PutBack> {
  const { tables, journalDir, checkStop, retention } = ports;
  const journal = openJournalSegments(tables, journalDir);
  let done: PutBack = { streams: 0, events: 0, openRuns: 0 };
  // While one chunk is on its way to the store, the next is read.
  let sent: Promise<void> = Promise.resolve();
  try {
    for (const groups of headsByRun(tables, streamsPerChunk)) {
      checkStop();
      const concerned = groups.filter(
        ({ partition, number }) =>
          options.partitions.has(partition) && retention.retired.get(number) === undefined,
      );
      const { restorations, counts } = await readBack(ports, options, journal, concerned);
      await sent;
      sent = restore(ports, options, concerned, restorations);
      sent.catch(() => undefined);
      done = sum(done, counts);
      if (counts.streams > 0) options.onProgress(done);
    }
    await sent;
    return sum(done, await cutUnknown(ports, options));
  } finally {
    await sent.catch(() => undefined);
    await journal.close();
  }
}

const sum = (a: PutBack, b: PutBack): PutBack => ({
  streams: a.streams + b.streams,
  events: a.events + b.events,
  openRuns: a.openRuns + b.openRuns,
});

/** What is missing of some groups, out of the journal. */
async function readBack(
  ports: RestorePorts,
  options: PutBackOptions,
  journal: JournalSegments,
  groups: readonly StreamGroup[],
): Promise<{ readonly restorations: readonly Restoration[]; readonly counts: PutBack }> {
  const damages = await damagesOf(ports, options, groups);
  const restorations: Restoration[] = [];
  let openRuns = 0;
  for (const { group, damaged } of damages) {
    const isSystem = group.streams.some(({ stream }) => stream === systemStream);
    const segments = isSystem ? await journal.ofSystem() : await journal.ofRun(group.number);
    const deadline = isSystem ? undefined : deadlineOf(ports, options.judged, group, segments);
    if (deadline?.atMs != null) openRuns += 1;
    const streams = damaged.map((damage) => restored(ports, options.judged, damage, segments));
    restorations.push(...split({ partition: group.partition, term: ports.term, streams, deadline }));
  }
  const words = wordsOn(
    ports,
    damages.flatMap(({ damaged }) => damaged),
  );
  const worded = restorations.map((one) => ({
    ...one,
    // All but the last part of a long stream come without one.
    streams: one.streams.map((part) => ({
      ...part,
      word: part.word === null ? null : (words.get(part.stream) ?? null),
    })),
  }));
  const streams = damages.reduce((count, { damaged }) => count + damaged.length, 0);
  const events = worded.reduce((count, { streams: parts }) => count + eventsOf(parts), 0);
  return { restorations: worded, counts: { streams, events, openRuns } };
}

const eventsOf = (streams: readonly RestoredStream[]): number =>
  streams.reduce(
    (count, { segments }) =>
      count + segments.reduce((events, { firstSeq, lastSeq }) => events + lastSeq - firstSeq + 1, 0),
    0,
  );

/** Groups with something to mend, and what it is. */
async function damagesOf(
  ports: RestorePorts,
  { judged, deep }: PutBackOptions,
  groups: readonly StreamGroup[],
): Promise<{ group: StreamGroup; damaged: Damage[] }[]> {
  const heads = groups.flatMap(({ streams }) => streams);
  if (heads.length === 0) return [];
  const seqs = await ports.store.lastSeqs(heads.map(({ stream }) => stream));
  const long = heads.filter(({ seq }, at) => (seqs[at] ?? 0) >= seq);
  const changed = deep ? await differing(ports, long) : new Set<string>();
  let at = 0;
  const found = groups.map((group) => ({
    group,
    damaged: group.streams.flatMap((head): Damage[] => {
      const last = seqs[at] ?? 0;
      at += 1;
      if (judged.cut.has(head.stream) || ports.moved.has(head.stream)) return [{ ...head, keep: null }];
      // What a shorter stream holds is looked at where it is read: here only its length is known.
      if (last < head.seq) return [{ ...head, keep: deep && last > 0 ? null : last }];
      return changed.has(head.stream) ? [{ ...head, keep: null }] : [];
    }),
  }));
  return found.filter(({ damaged }) => damaged.length > 0);
}

/**
 * A stream whose own idea of its last id is beyond its last entry (somebody has deleted that) takes no continuation: it is
 * written anew at once.
 */
async function restore(
  ports: RestorePorts,
  options: PutBackOptions,
  groups: readonly StreamGroup[],
  restorations: readonly Restoration[],
): Promise<void> {
  const moved = await send(ports, restorations);
  if (moved.length === 0) return;
  for (const stream of moved) ports.moved.add(stream);
  const concerned = groups.filter(({ streams }) => streams.some(({ stream }) => ports.moved.has(stream)));
  // The other reader is reading the next chunk.
  const journal = openJournalSegments(ports.tables, ports.journalDir);
  const anew = await readBack(ports, options, journal, concerned).finally(() => journal.close());
  const still = await send(ports, anew.restorations);
  if (still.length > 0)
    throw new Error(`${still.slice(0, 3).join(', ')} cannot be put back; tried again by the next look`);
}

/** @returns streams that took no continuation. @throws LedgerError `deposed` */
async function send(ports: RestorePorts, restorations: readonly Restoration[]): Promise<string[]> {
  if (restorations.length === 0) return [];
  const outcomes = await ports.store.restore(restorations);
  const moved: string[] = [];
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome === 'restored') continue;
    const { partition, streams } = restorations[at] ?? { partition: -1, streams: [] };
    const [control] = await ports.store.readControl([partition]);
    if (isDeposedBy(control, ports.term)) throw deposed(partition);
    const names = streams.map(({ stream }) => stream);
    if (outcome !== 'moved')
      throw new Error(`${names.slice(0, 3).join(', ')} cannot be put back (${outcome}); tried again`);
    moved.push(...names);
  }
  return moved;
}

/** Streams that the ledger has nothing of, and that hold what cannot stand: of them the rest stays. */
async function cutUnknown(ports: RestorePorts, { judged }: PutBackOptions): Promise<PutBack> {
  const { index, term } = ports;
  const unknown = [...judged.cut].filter((stream) => index.lastSeq(stream) === 0);
  const restorations = unknown.map((stream): Restoration => {
    const segments = judged.tails.get(stream) ?? [];
    return {
      partition: partitionOf(stream),
      term,
      streams: [{ stream, afterSeq: null, segments: segments.map(plain), word: null }],
    };
  });
  const moved = await send(ports, restorations);
  if (moved.length > 0) throw new Error(`${moved.slice(0, 3).join(', ')} cannot be cut; tried again`);
  return { streams: unknown.length, events: 0, openRuns: 0 };
}
