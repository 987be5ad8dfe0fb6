import type { NamedBytes } from '../bytes.js';
import { type LineRange, type LineTail, readLines } from './lines.js';

/** What stands in a file after the last entry that counts. */
export interface Leftover {
  readonly bytes: number;
  /** `E` lines, whole ones. */
  readonly entries: number;
}

export async function countLeftover(file: NamedBytes, from: LineRange, fileBytes: number): Promise<Leftover> {
  let entries = 0;
  try {
    await readLines(file, from, (line) => {
      if (line.text.startsWith('E ')) entries += 1;
      return true;
    });
  } catch {
    // What does not count need not be readable either; it is counted as far as it is.
  }
  return { bytes: Math.max(0, fileBytes - from.offset), entries };
}

// A write may have stopped within a character.
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Whether bytes after the last newline can be what is left of a write that did not finish. A prefix of a line never
 * holds the whole line and something else in its newline's place: that was changed, not torn.
 */
export function isTornLine({ bytes }: LineTail): boolean {
  const text = lenient.decode(bytes);
  try {
    JSON.parse(text.slice(2, -1));
    return false;
  } catch {
    return true;
  }
}
