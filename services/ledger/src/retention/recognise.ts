import type { MarketOpsEvent } from '@marketops/contracts';
import { decodeRetired } from '@marketops/store';
import type { StreamGroup } from '../restore/heads-by-run.js';
import { openJournalSegments } from '../restore/journal-segments.js';
import { judgeRun } from './judge-run.js';
import type { RetentionPorts } from './ports.js';
import { rowOf } from './tombstones.js';

/**
 * Of runs that are not in Redis and that the index does not know to have left, those that have: it was lost, or the ledger was
 * killed before it could write that down. A run has left where the journal says that it has ended, with nothing open, and
 * either a tombstone stands in its place or its time is over. Anything else is a loss. They are remembered as left.
 * @returns the numbers of those that have left
 */
export async function recogniseRetired(
  ports: RetentionPorts,
  absent: readonly StreamGroup[],
): Promise<ReadonlySet<number>> {
  const { store, tables, settings, clock, retired } = ports;
  const found = new Set<number>();
  const runs = absent.flatMap((group) => {
    const stream = group.streams.find((one) => one.stream.startsWith('run/'))?.stream;
    return stream === undefined ? [] : [{ group, runId: stream.slice('run/'.length) }];
  });
  if (runs.length === 0) return found;
  const texts = await store.readTombstones(runs.map(({ runId }) => runId));
  const journal = openJournalSegments(tables, ports.journalDir);
  try {
    for (const [at, { group, runId }] of runs.entries()) {
      const text = texts[at] ?? null;
      const stands = text !== null && decodeRetired(runId, text) !== undefined;
      if (!stands && settings.afterMs === null) continue;
      const segments = await journal.ofRun(group.number);
      const events = segments.flatMap((segment): readonly MarketOpsEvent[] => segment.events);
      const verdict = judgeRun(runId, events, settings, clock.nowMs());
      const hasLeft = verdict.kind === 'due' || (verdict.kind === 'later' && stands);
      if (!hasLeft) continue;
      await retired.put(group.number, rowOf(verdict.run, clock.nowMs()));
      found.add(group.number);
    }
  } finally {
    await journal.close();
  }
  return found;
}
