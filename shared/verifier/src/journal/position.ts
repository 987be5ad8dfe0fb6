import type { JournalFileId } from './file-name.js';

/** Where an entry stands, and the segment it belongs to. Offsets and lengths are in bytes. */
export interface JournalPosition extends JournalFileId {
  readonly sequence: number;
  /** Of the entry's JSON, after `E `; without its newline. */
  readonly offset: number;
  readonly length: number;
  /** Of the segment's `S` line. */
  readonly segmentOffset: number;
  /** From the `S` to the newline of its last `E` line. */
  readonly segmentLength: number;
}
