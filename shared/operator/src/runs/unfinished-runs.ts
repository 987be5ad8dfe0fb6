import { RunId } from '@marketops/contracts';
import { type EventStore, partitionCount } from '@marketops/store';

/** Runs that Redis knows to be under way: the sweeper's list, read to its end. Newest are not first. */
export async function unfinishedRuns(store: EventStore, countMax: number): Promise<string[]> {
  const perPartition = await Promise.all(
    Array.from({ length: partitionCount }, (_, partition) =>
      store.overdue(partition, Number.MAX_SAFE_INTEGER, countMax),
    ),
  );
  return perPartition.flat().filter((id) => RunId.safeParse(id).success);
}
