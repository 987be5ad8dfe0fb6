import { digestPartition } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';

const known = new Map<string, number>();
const knownMax = 10_000;

/** The stream's partition, remembered: a run's streams are asked for again and again. */
export function partitionOf(stream: string): number {
  const remembered = known.get(stream);
  if (remembered !== undefined) return remembered;
  const partition = digestPartition(nodeCrypto, stream);
  if (known.size >= knownMax) known.clear();
  known.set(stream, partition);
  return partition;
}
