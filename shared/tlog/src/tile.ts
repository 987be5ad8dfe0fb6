import { digestBytes, hexOf } from '@marketops/proof';
import { TlogError } from './errors.js';
import { hashBytes } from './layout.js';

/** Hashes one after the other, 32 bytes each. */
export function encodeTile(hashes: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(hashes.length * hashBytes);
  for (const [index, hash] of hashes.entries()) bytes.set(digestBytes(hash), index * hashBytes);
  return bytes;
}

/** @param path for the message @throws TlogError `tile_malformed` where it does not hold exactly `width` hashes */
export function decodeTile(bytes: Uint8Array, width: number, path: string): string[] {
  if (bytes.length !== width * hashBytes)
    throw new TlogError('tile_malformed', `${path} has ${bytes.length} bytes, not ${width * hashBytes}.`);
  return Array.from({ length: width }, (_, index) =>
    hexOf(bytes.subarray(index * hashBytes, (index + 1) * hashBytes)),
  );
}
