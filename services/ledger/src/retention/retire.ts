import type { MarketOpsEvent } from '@marketops/contracts';
import { numberOfRun, type RunRow } from '@marketops/journal';
import { partitionOf, type Retirement } from '@marketops/store';
import { type JournalSegments, openJournalSegments } from '../restore/journal-segments.js';
import { judgeRun } from './judge-run.js';
import type { RetentionPorts } from './ports.js';
import { rowOf, tombstoneOf } from './tombstones.js';

export interface Retiring {
  /**
   * Takes runs out that may leave, the oldest first. Killed anywhere, a run is in or out; whether one is out that the index
   * does not know is found out by the next look at Redis.
   * @returns how many have left
   */
  sweep(runsMax: number): Promise<number>;
}

/** Runs judged and sent together. */
const batchRuns = 64;
/** A run in which something moved while it was being taken out is looked at again after so long. */
const movedAgainMs = 60_000;
/** Runs that were looked at and stay for a while: they need not be read again with every sweep. */
const rememberedMax = 65_536;

interface Candidate extends RunRow {
  readonly number: number;
}

/**
 * Takes finished runs out of Redis, some at a time. What a run is comes from the journal; that Redis holds exactly that, and
 * nothing more, is asked by the script that takes it out, with the streams in its hands: so what is not yet journaled,
 * acknowledged and indexed keeps its run in.
 */
export function createRetiring(ports: RetentionPorts): Retiring {
  const { tables, clock, retired, settings, isStopping } = ports;
  /** Run number → not before. */
  const later = new Map<number, number>();
  /** Every run that began before this entry has left. */
  let begunBefore = 0;

  const remember = (number: number, atMs: number): void => {
    if (later.size >= rememberedMax) later.clear();
    later.set(number, atMs);
  };

  /** Runs that may have to leave, oldest first; ends with the first that is too young. */
  function* candidates(afterMs: number): Generator<Candidate> {
    let isUnbroken = true;
    for (const { key, value } of tables.runOrder.getRange({ start: begunBefore, snapshot: false })) {
      for (const row of value) {
        const nowMs = clock.nowMs();
        const begunMs = Date.parse(row.time);
        // By a clock that was wrong: it says nothing of those that follow.
        const isInFuture = begunMs > nowMs;
        if (isInFuture) {
          isUnbroken = false;
          continue;
        }
        if (begunMs + afterMs > nowMs) return;
        const number = numberOfRun(tables, row.runId);
        if (number === undefined || retired.get(number) !== undefined) continue;
        isUnbroken = false;
        if ((later.get(number) ?? 0) <= nowMs) yield { ...row, number };
      }
      if (isUnbroken) begunBefore = key;
    }
  }

  const judge = async (journal: JournalSegments, candidate: Candidate): Promise<Retirement | undefined> => {
    const { number, runId } = candidate;
    const segments = await journal.ofRun(number);
    const events = segments.flatMap((segment): readonly MarketOpsEvent[] => segment.events);
    const verdict = judgeRun(runId, events, settings, clock.nowMs());
    if (verdict.kind !== 'due') {
      remember(number, verdict.kind === 'later' ? verdict.atMs : clock.nowMs() + movedAgainMs);
      return undefined;
    }
    const streams = [...tables.heads.getRange({ start: [number, ''], end: [number + 1, ''] })];
    return {
      ...{ runId, partition: partitionOf(runId), term: ports.term, whileClosed: false },
      streams: streams.map(({ key: [, stream], value: { seq } }) => ({ stream, lastSeq: seq })),
      tombstone: tombstoneOf(rowOf(verdict.run, clock.nowMs()), settings.tombstoneMs, clock.nowMs()),
    };
  };

  const takeOut = async (journal: JournalSegments, batch: readonly Candidate[]): Promise<number> => {
    const retirements: Retirement[] = [];
    const numbers: number[] = [];
    for (const candidate of batch) {
      const retirement = await judge(journal, candidate);
      if (retirement === undefined) continue;
      retirements.push(retirement);
      numbers.push(candidate.number);
    }
    const nowMs = clock.nowMs();
    const outcomes = await ports.store.retire(retirements);
    const puts: Promise<void>[] = [];
    outcomes.forEach((outcome, at) => {
      const number = numbers[at];
      if (number === undefined) return;
      const tombstone = retirements[at]?.tombstone?.value ?? '';
      if (outcome === 'retired') puts.push(retired.put(number, { tombstone, retiredAtMs: nowMs }));
      else remember(number, nowMs + movedAgainMs);
    });
    await Promise.all(puts);
    return puts.length;
  };

  return {
    async sweep(runsMax) {
      if (settings.afterMs === null) return 0;
      const journal = openJournalSegments(tables, ports.journalDir);
      let left = 0;
      try {
        let batch: Candidate[] = [];
        for (const candidate of candidates(settings.afterMs)) {
          batch.push(candidate);
          if (batch.length < batchRuns) continue;
          left += await takeOut(journal, batch);
          batch = [];
          if (left >= runsMax || isStopping()) break;
        }
        if (!isStopping()) left += await takeOut(journal, batch);
      } finally {
        await journal.close();
      }
      if (left > 0) ports.log.info({ runs: left }, 'finished runs have left Redis; the ledger has them');
      return left;
    },
  };
}
