import { newestWordPrefix, partitionOf } from '@marketops/store';
import { everyPartition } from './controls.js';

/**
 * Beside the words on streams Redis holds, under names of no stream, the newest word of the ledger: of each commit one, in one of
 * its partitions, so that the newest of all of them is the last. An older copy of the journal does not know the streams that
 * began after it, nor does Redis hold those of runs that have left it: this word tells how far the journal went all the same.
 */
export const newestNames: readonly string[] = namesOf(everyPartition.length);

/** Of each partition the first of `newest/0`, `newest/1`, … that belongs there. */
function namesOf(partitions: number): string[] {
  const names: string[] = Array.from({ length: partitions }, () => '');
  for (let left = partitions, at = 0; left > 0; at += 1) {
    const name = `${newestWordPrefix}${at}`;
    const partition = partitionOf(name);
    if (names[partition] !== '') continue;
    names[partition] = name;
    left -= 1;
  }
  return names;
}
