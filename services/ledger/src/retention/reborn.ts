import { numberOfRun } from '@marketops/journal';
import { partitionOf, type Retirement, runOfStream } from '@marketops/store';
import { groupBy } from './group-by.js';
import type { RetentionPorts } from './ports.js';
import { tombstoneOf } from './tombstones.js';

/**
 * A request under the key of a run whose tombstone is gone makes the same run id, and whoever asks Redis alone finds nothing
 * there. The ledger has that run and its end: what was appended is not journaled, so nothing that needs the ledger's word
 * ever comes of it. Here it is taken out of Redis again, whatever has been added to it since, and the tombstone stands for
 * another window, so that whoever asks is told.
 * @param streams what was appended to, of runs that have left
 */
export async function takeOutAgain(ports: RetentionPorts, streams: ReadonlySet<string>): Promise<void> {
  const { tables, retired, settings, clock, store, term } = ports;
  const byRun = groupBy(streams, (stream) => runOfStream(stream) ?? '');
  const retirements: Retirement[] = [];
  for (const [runId, named] of byRun) {
    const number = numberOfRun(tables, runId);
    const row = number === undefined ? undefined : retired.get(number);
    if (number === undefined || row === undefined) continue;
    const renewed = { ...row, retiredAtMs: clock.nowMs() };
    await retired.put(number, renewed);
    const own = [...tables.heads.getRange({ start: [number, ''], end: [number + 1, ''] })];
    const all = new Set([...own.map(({ key: [, stream] }) => stream), ...named]);
    retirements.push({
      ...{ runId, partition: partitionOf(runId), term, whileClosed: true },
      streams: [...all].map((stream) => ({ stream, lastSeq: null })),
      tombstone: tombstoneOf(renewed, settings.tombstoneMs, clock.nowMs()),
    });
    ports.log.warn(
      { run_id: runId, streams: named.slice(0, 20) },
      'a run that has ended was begun again under its old key; it is taken out, and its end stands',
    );
  }
  await store.retire(retirements);
}
