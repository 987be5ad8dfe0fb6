import type { StreamHead } from '@marketops/journal';
import { type CryptoPort, emptyStreamDigest, extendStreamDigest } from '@marketops/proof';
import type { EventStore, RawSegment } from '@marketops/store';

/** Whether the segments begin with exactly what the ledger has. */
export function holds(crypto: CryptoPort, segments: readonly RawSegment[], head: StreamHead): boolean {
  let digest = emptyStreamDigest;
  let seq = 0;
  for (const { value } of segments) {
    if (seq >= head.seq) break;
    for (const line of value.split('\n').slice(1)) {
      seq += 1;
      digest = extendStreamDigest(crypto, digest, crypto.sha256Hex(line));
    }
  }
  return seq === head.seq && digest === head.digest;
}

const streamsPerRead = 64;

/** Those of the streams, byte for byte, that do not begin with what the ledger has. */
export async function differing(
  { store, crypto }: { readonly store: EventStore; readonly crypto: CryptoPort },
  heads: readonly (StreamHead & { readonly stream: string })[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let from = 0; from < heads.length; from += streamsPerRead) {
    const some = heads.slice(from, from + streamsPerRead);
    const read = await store.read(some.map(({ stream }) => ({ stream })));
    for (const [at, head] of some.entries()) if (!holds(crypto, read[at] ?? [], head)) found.add(head.stream);
  }
  return found;
}
