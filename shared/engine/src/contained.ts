import { limits } from '@marketops/contracts';
import { parseJson } from '@marketops/proof';
import type { BlobStore } from '@marketops/store';

interface Schema<Value> {
  parse(value: unknown): Value;
}

/** A value from where its event says it is. The blob store verifies the bytes against their name. */
export async function readContained<Value>(
  blobs: BlobStore,
  contained: { readonly inline: Value } | { readonly blob: string },
  schema: Schema<Value>,
): Promise<Value> {
  if ('inline' in contained) return contained.inline;
  const bytes = await blobs.read(contained.blob, limits.appendBytesMax);
  const caps = { depthMax: limits.jsonDepthMax, bytesMax: limits.appendBytesMax };
  return schema.parse(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes), caps));
}
