import type { LoadedConfig } from '@marketops/engine';
import {
  type IndexTables,
  isAnothersName,
  ledgerPaths,
  openCurrentTables,
  readLedgerName,
} from '@marketops/journal';
import { nodeCrypto } from '@marketops/proof/node';
import { type EventStore, partitionCount, partitionOf, withCredentials } from '@marketops/store';

/** What Redis lacks, by the length of its streams; the rebuild itself compares them byte for byte. */
export interface RebuildPlan {
  /** Where it is, without a password. */
  readonly redis: string;
  /** The ledger that its control keys name, where that is another: then nothing is written there. */
  readonly anothersLedger?: string;
  /** Highest of what stands in Redis and in the journal; a rebuild that mends anything begins the next. */
  readonly epoch: number;
  readonly closedPartitions: number;
  readonly missingControls: number;
  readonly streams: number;
  readonly events: number;
  /** Of them those that Redis has nothing of, and those it has less of. */
  readonly streamsGone: number;
  readonly streamsShort: number;
  readonly eventsMissing: number;
  /** Partitions in which anything is missing. */
  readonly partitions: number;
}

const chunkStreams = 1_000;

/** @param loaded its ledger has been opened before, so it has an index */
export async function planRebuild(
  { dataDir, keyring }: Pick<LoadedConfig, 'dataDir' | 'keyring'>,
  { url, store }: { readonly url: string; readonly store: EventStore },
): Promise<RebuildPlan> {
  const { root, journal } = ledgerPaths(dataDir);
  const own = await readLedgerName(nodeCrypto, journal, keyring.log_origin);
  const tables = openCurrentTables(root);
  try {
    return { redis: withCredentials(url, {}), ...(await compared(tables, store, own)) };
  } finally {
    await tables.root.close();
  }
}

async function compared(
  tables: IndexTables,
  store: EventStore,
  own: string,
): Promise<Omit<RebuildPlan, 'redis'>> {
  const controls = await store.readControl(Array.from({ length: partitionCount }, (_, at) => at));
  const epoch = Math.max(
    tables.meta.get('head')?.epoch ?? 0,
    ...controls.map((control) => control?.epoch ?? 0),
  );
  const damaged = new Set<number>();
  let [streams, events, streamsGone, streamsShort, eventsMissing] = [0, 0, 0, 0, 0];
  const look = async (chunk: readonly { stream: string; seq: number }[]): Promise<void> => {
    const seqs = await store.lastSeqs(chunk.map(({ stream }) => stream));
    for (const [at, { stream, seq }] of chunk.entries()) {
      const found = seqs[at] ?? 0;
      streams += 1;
      events += seq;
      if (found >= seq) continue;
      if (found === 0) streamsGone += 1;
      else streamsShort += 1;
      eventsMissing += seq - found;
      damaged.add(partitionOf(stream));
    }
  };
  let chunk: { stream: string; seq: number }[] = [];
  for (const { key, value } of tables.heads.getRange({ snapshot: false })) {
    // Its run has left Redis: nothing of it is missing.
    if (tables.retired?.get(key[0]) !== undefined) continue;
    chunk.push({ stream: key[1], seq: value.seq });
    if (chunk.length < chunkStreams) continue;
    await look(chunk);
    chunk = [];
  }
  await look(chunk);
  const missing = controls.flatMap((control, at) => (control === null ? [at] : []));
  for (const at of missing) damaged.add(at);
  const closedPartitions = controls.filter((control) => control?.state === 'closed').length;
  const anothers = controls.find((control) => isAnothersName(own, control?.ledger))?.ledger;
  return {
    ...(anothers === undefined ? {} : { anothersLedger: anothers }),
    ...{ epoch, closedPartitions, missingControls: missing.length, partitions: damaged.size },
    ...{ streams, events, streamsGone, streamsShort, eventsMissing },
  };
}
