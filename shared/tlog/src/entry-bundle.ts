import { TlogError } from './errors.js';
import { entryBytesMax } from './layout.js';

/** Entries one after the other, each behind its length as a big-endian uint16. @throws TlogError `entry_too_large` */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const entry of entries) {
    if (entry.length > entryBytesMax)
      throw new TlogError('entry_too_large', `An entry has ${entry.length} bytes; ${entryBytesMax} fit.`);
    length += 2 + entry.length;
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const entry of entries) {
    view.setUint16(at, entry.length);
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/**
 * Exactly `count` entries and not a byte more.
 * @param path for the message
 * @throws TlogError `tile_malformed`
 */
export function decodeBundle(bytes: Uint8Array, count: number, path: string): Uint8Array[] {
  const entries: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (entries.length < count && at + 2 <= bytes.length) {
    const end = at + 2 + view.getUint16(at);
    if (end > bytes.length) break;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (entries.length !== count || at !== bytes.length) {
    throw new TlogError('tile_malformed', `${path} does not hold exactly ${count} entries.`);
  }
  return entries;
}
