import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { limits } from '@marketops/contracts';
import { JournalError } from './errors.js';

/** A prefix letter, a space and the longest JSON text a line may hold. */
export const lineBytesMax = limits.ledgerEntryBytesMax + 2;
const chunkBytesMax = 1_048_576;
const chunkBytesMin = 16_384;

/** One whole line, without its newline. */
export interface JournalLine {
  /** Counts from 1. */
  readonly number: number;
  /** Of its first byte in the file. */
  readonly offset: number;
  /** In bytes, the newline not counted. */
  readonly length: number;
  readonly text: string;
}

/** What stands after the last newline. */
export interface LineTail {
  readonly number: number;
  readonly offset: number;
  readonly bytes: Buffer;
}

export interface LineRange {
  readonly offset: number;
  /** The number of the first line at `offset`. */
  readonly number: number;
}

/**
 * Reads a file line by line in bounded memory: one chunk and one line at a time.
 * @param visit returns false to stop
 * @returns the bytes after the last newline; undefined where there are none or `visit` stopped
 * @throws JournalError `line_too_long`, `line_malformed` (not UTF-8), and what `visit` throws
 */
export async function readLines(
  path: string,
  from: LineRange,
  visit: (line: JournalLine) => boolean | undefined,
): Promise<LineTail | undefined> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const chunkBytes = Math.max(chunkBytesMin, Math.min(chunkBytesMax, size - from.offset));
    const chunk = Buffer.allocUnsafe(chunkBytes + lineBytesMax + 1);
    let held = 0;
    let { offset, number } = from;
    for (let at = from.offset; ; ) {
      const { bytesRead } = await handle.read(chunk, held, chunkBytes, at);
      at += bytesRead;
      const filled = held + bytesRead;
      let start = 0;
      for (let end = chunk.indexOf(10, held); end >= 0 && end < filled; end = chunk.indexOf(10, start)) {
        const line = { number, offset, length: end - start, text: textOf(chunk, start, end, path, number) };
        if (visit(line) === false) return undefined;
        offset += end - start + 1;
        number += 1;
        start = end + 1;
      }
      held = filled - start;
      if (held > lineBytesMax) throw tooLong(path, number);
      chunk.copyWithin(0, start, filled);
      if (bytesRead === 0) {
        return held === 0 ? undefined : { number, offset, bytes: Buffer.from(chunk.subarray(0, held)) };
      }
    }
  } finally {
    await handle.close();
  }
}

/** Bytes that are not UTF-8 would decode to U+FFFD, and two different files would read the same. */
function textOf(chunk: Buffer, start: number, end: number, path: string, number: number): string {
  if (end - start > lineBytesMax) throw tooLong(path, number);
  if (!isUtf8(chunk.subarray(start, end))) {
    throw lineFault('line_malformed', path, number, 'is not UTF-8');
  }
  return chunk.toString('utf8', start, end);
}

const tooLong = (path: string, number: number): JournalError =>
  lineFault('line_too_long', path, number, `is longer than ${lineBytesMax} bytes`);

/** The entry is not known here: whoever walks the chain adds it. */
const lineFault = (
  code: 'line_malformed' | 'line_too_long',
  path: string,
  line: number,
  what: string,
): JournalError => {
  const file = basename(path);
  return new JournalError(code, `${file} line ${line} ${what}.`, { place: { file, line, sequence: 0 } });
};
