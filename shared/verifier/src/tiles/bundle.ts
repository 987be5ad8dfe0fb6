import { limits } from '@marketops/contracts';
import { JournalError } from '../journal/errors.js';
import { entriesPath, type TiledLog, tileWidth } from './source.js';

const bundleBytesMax = tileWidth * (limits.ledgerEntryBytesMax + 2);
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The first `width` entries of a bundle, each behind its length as a big-endian uint16. A partial bundle may go once the
 * full one is there, so that is asked for then.
 * @throws JournalError `tiles_incomplete`, `tiles_malformed`, `tiles_unreadable`
 */
export async function readBundle(log: TiledLog, index: number, width: number): Promise<string[]> {
  const first = index * tileWidth + 1;
  for (const held of new Set([width, tileWidth])) {
    const path = entriesPath(index, held);
    const bytes = await log.read(path, bundleBytesMax);
    if (bytes === undefined) continue;
    const malformed = (sequence: number, what: string): JournalError =>
      new JournalError('tiles_malformed', `${path}, entry ${sequence}: ${what}.`, {
        place: { file: path, line: 0, sequence },
      });
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const entries: string[] = [];
    let at = 0;
    while (at < bytes.length && entries.length < width) {
      const end = at + 2 <= bytes.length ? at + 2 + view.getUint16(at) : Number.POSITIVE_INFINITY;
      if (end > bytes.length) throw malformed(first + entries.length, 'the bundle ends within it');
      try {
        entries.push(utf8.decode(bytes.subarray(at + 2, end)));
      } catch {
        throw malformed(first + entries.length, 'it is not UTF-8');
      }
      at = end;
    }
    if (entries.length < width) throw malformed(first + entries.length, 'the bundle ends before it');
    if (held === width && at !== bytes.length)
      throw malformed(first + width, 'the bundle goes on behind its last entry');
    return entries;
  }
  const path = entriesPath(index, width);
  throw new JournalError('tiles_incomplete', `${path}, entry ${first}: the bundle is not there.`, {
    place: { file: path, line: 0, sequence: first },
  });
}
