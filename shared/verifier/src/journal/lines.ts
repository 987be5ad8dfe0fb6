import { limits } from '@marketops/contracts';
import type { NamedBytes } from '../bytes.js';
import { JournalError } from './errors.js';

/** A prefix letter, a space and the longest JSON text a line may hold. */
export const lineBytesMax = limits.ledgerEntryBytesMax + 2;
const chunkBytesMax = 1_048_576;
const chunkBytesMin = 16_384;
const newline = 10;

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
  readonly bytes: Uint8Array;
}

export interface LineRange {
  readonly offset: number;
  /** The number of the first line at `offset`. */
  readonly number: number;
}

// Strict: bytes that are not UTF-8 would decode to U+FFFD, and two different files would read the same. And a byte order
// mark is a byte like others.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads line by line in bounded memory: one chunk and one line at a time.
 * @param visit returns false to stop
 * @param between awaited after each chunk, where `visit` has begun something that takes longer
 * @returns the bytes after the last newline; undefined where there are none or `visit` stopped
 * @throws JournalError `line_too_long`, `line_malformed` (not UTF-8), and what `visit` throws
 */
export async function readLines(
  file: NamedBytes,
  from: LineRange,
  visit: (line: JournalLine) => boolean | undefined,
  between?: () => Promise<void>,
): Promise<LineTail | undefined> {
  const reader = await file.open().catch(atLine(file, from.number));
  let chunk = new Uint8Array(0);
  try {
    const chunkBytes = Math.max(chunkBytesMin, Math.min(chunkBytesMax, reader.size - from.offset));
    chunk = takeBuffer(chunkBytes + lineBytesMax + 1);
    let held = 0;
    let { offset, number } = from;
    for (let at = from.offset; ; ) {
      const bytesRead = await reader
        .read(chunk.subarray(held, held + chunkBytes), at)
        .catch(atLine(file, number));
      at += bytesRead;
      const filled = held + bytesRead;
      let start = 0;
      // Not beyond what was read: the buffer may hold another file's lines there.
      const read = chunk.subarray(0, filled);
      for (let end = read.indexOf(newline, held); end >= 0; end = read.indexOf(newline, start)) {
        const line = { number, offset, length: end - start, text: textOf(chunk, start, end, file, number) };
        if (visit(line) === false) return undefined;
        offset += end - start + 1;
        number += 1;
        start = end + 1;
      }
      held = filled - start;
      if (held > lineBytesMax) throw tooLong(file, number);
      chunk.copyWithin(0, start, filled);
      await between?.();
      if (bytesRead === 0) return held === 0 ? undefined : { number, offset, bytes: chunk.slice(0, held) };
    }
  } finally {
    spare = chunk;
    await reader.close();
  }
}

/** Whoever reads a sealed file knows its members, not its lines. */
const atLine =
  ({ name }: NamedBytes, number: number) =>
  (fault: unknown): never => {
    if (!(fault instanceof JournalError) || fault.code !== 'segment_damaged') throw fault;
    throw new JournalError(fault.code, `${name} line ${number} cannot be read: ${fault.message}`, {
      place: { file: name, line: number, sequence: 0 },
      cause: fault,
    });
  };

/** The last buffer used: a new one would be filled with zeros first, which takes longer than reading a small file. */
let spare = new Uint8Array(0);

function takeBuffer(bytesMin: number): Uint8Array<ArrayBuffer> {
  const taken = spare;
  spare = new Uint8Array(0);
  return taken.length >= bytesMin ? taken : new Uint8Array(bytesMin);
}

function textOf(chunk: Uint8Array, start: number, end: number, file: NamedBytes, number: number): string {
  if (end - start > lineBytesMax) throw tooLong(file, number);
  try {
    return utf8.decode(chunk.subarray(start, end));
  } catch {
    throw lineFault('line_malformed', file, number, 'is not UTF-8');
  }
}

const tooLong = (file: NamedBytes, number: number): JournalError =>
  lineFault('line_too_long', file, number, `is longer than ${lineBytesMax} bytes`);

/** The entry is not known here: whoever walks the chain adds it. */
const lineFault = (
  code: 'line_malformed' | 'line_too_long',
  { name }: NamedBytes,
  line: number,
  what: string,
): JournalError =>
  new JournalError(code, `${name} line ${line} ${what}.`, { place: { file: name, line, sequence: 0 } });
