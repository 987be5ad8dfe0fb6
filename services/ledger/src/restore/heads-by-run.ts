import type { IndexTables, StreamHead } from '@marketops/journal';
import { partitionOf } from '@marketops/store';

/** Streams that belong together, a run's or one alone, as far as the ledger has them. */
export interface StreamGroup {
  /** In the index. */
  readonly number: number;
  readonly partition: number;
  /** Operations first, their run last. */
  readonly streams: readonly (StreamHead & { readonly stream: string })[];
}

/** Every stream of the ledger, run by run in the order they began, in chunks of at least `streamsMin` streams but the last. */
export function* headsByRun(tables: IndexTables, streamsMin: number): Generator<StreamGroup[]> {
  let chunk: StreamGroup[] = [];
  let size = 0;
  let group: { number: number; partition: number; streams: (StreamHead & { stream: string })[] } | undefined;
  for (const { key, value } of tables.heads.getRange({ snapshot: false })) {
    const [number, stream] = key;
    if (group === undefined || group.number !== number) {
      if (size >= streamsMin) {
        yield chunk;
        chunk = [];
        size = 0;
      }
      group = { number, partition: partitionOf(stream), streams: [] };
      chunk.push(group);
    }
    group.streams.push({ stream, ...value });
    size += 1;
  }
  if (chunk.length > 0) yield chunk;
}
