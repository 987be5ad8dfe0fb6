import type { Place } from './errors.js';

/** Where an offset in UTF-16 units stands. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Where an offset in bytes of UTF-8 stands, as Cedar counts. */
export function placeOfByte(text: string, byte: number): Place {
  const bytes = new TextEncoder().encode(text).subarray(0, byte);
  return placeOf(text, new TextDecoder().decode(bytes).length);
}
