import type { RetiredRow } from '@marketops/journal';
import { partitionOf, type Retirement } from '@marketops/store';
import { headsByRun, type StreamGroup } from '../restore/heads-by-run.js';
import type { RetentionPorts } from './ports.js';
import { tombstoneOf } from './tombstones.js';

const streamsPerLook = 1_000;

/**
 * Makes Redis what the index says of runs that have left: an older copy of Redis may have brought one back, a lost one has
 * no tombstones. Their streams go, their tombstones come, with what is left of their time. Every control key has this
 * writer's term; those that are being put back are closed and written to all the same.
 * @param closed partitions that stay closed: in an empty Redis, which may be another's, nothing is put anywhere
 * @returns how many runs had to be put away
 */
export async function putAway(ports: RetentionPorts, closed: ReadonlyMap<number, unknown>): Promise<number> {
  const { retired, store, settings, clock, term } = ports;
  if (retired.count === 0) return 0;
  let done = 0;
  for (const groups of headsByRun(ports.tables, streamsPerLook)) {
    if (ports.isStopping()) break;
    const left = groups.flatMap((group): { group: StreamGroup; row: RetiredRow }[] => {
      const row = retired.get(group.number);
      return row === undefined || closed.has(group.partition) ? [] : [{ group, row }];
    });
    if (left.length === 0) continue;
    const seqs = await store.lastSeqs(left.flatMap(({ group }) => group.streams.map(({ stream }) => stream)));
    const texts = await store.readTombstones(left.map(({ group }) => runOf(group)));
    let at = 0;
    const wrong: Retirement[] = [];
    left.forEach(({ group, row }, index) => {
      const stands = seqs.slice(at, at + group.streams.length).some((seq) => seq > 0);
      at += group.streams.length;
      const tombstone = tombstoneOf(row, settings.tombstoneMs, clock.nowMs());
      const isMissing = tombstone !== null && texts[index] !== tombstone.value;
      if (!stands && !isMissing) return;
      const runId = runOf(group);
      const streams = group.streams.map(({ stream }) => ({ stream, lastSeq: null }));
      const partition = partitionOf(runId);
      wrong.push({ ...{ runId, partition, term, streams, tombstone }, whileClosed: true });
    });
    const outcomes = await store.retire(wrong);
    done += outcomes.filter((outcome) => outcome === 'retired').length;
  }
  if (done > 0) ports.log.info({ runs: done }, 'runs that had left Redis are put away again');
  return done;
}

const runOf = ({ streams }: StreamGroup): string => streams[0]?.stream.split('/')[1] ?? '';
