import { type Contained, limits } from '@marketops/contracts';
import { parseJson, type SealedSubject } from '@marketops/proof';
import type { BlobStore } from '@marketops/store';

interface Schema<Value> {
  parse(value: unknown): Value;
}

/**
 * A value from where its event says it is. The blob store verifies the bytes against their name; a sealed value is decrypted,
 * and verified against its commitment.
 * @param event the one that contains it: a sealed value opens nowhere else
 * @throws StoreError as `BlobStore.read` and `SealedBlobs.read`; ProofError and ZodError for what is no such value
 */
export async function readContained<Value>(
  blobs: BlobStore,
  event: SealedSubject,
  contained: Contained<Value>,
  schema: Schema<Value>,
): Promise<Value> {
  if ('inline' in contained) return contained.inline;
  const bytes =
    'sealed' in contained
      ? await blobs.sealed.read(event, contained.sealed, limits.appendBytesMax)
      : await blobs.read(contained.blob, limits.appendBytesMax);
  const caps = { depthMax: limits.jsonDepthMax, bytesMax: limits.appendBytesMax };
  return schema.parse(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes), caps));
}
