import { inflateWeb } from './sealed/inflate-web.js';
import { sealedName, unsealed } from './sealed/reader.js';

/** Bytes that lie elsewhere: a file, a `Blob`, memory. Read in pieces, so that a reader decides how much it holds. */
export interface ByteReader {
  /** Now, in bytes; it may grow while it is read. */
  readonly size: number;
  /**
   * Fills `target` from its start with what stands at `position`.
   * @returns how many bytes; fewer than asked for is allowed, 0 is the end
   */
  read(target: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

/** Something that can be opened for reading, again and again. */
export interface NamedBytes {
  /** Without its folder; stands in verdicts. */
  readonly name: string;
  open(): Promise<ByteReader>;
}

/** What is in memory already. */
export const bytesInMemory = (name: string, bytes: Uint8Array): NamedBytes => ({
  name,
  open: async () => ({
    size: bytes.length,
    read: async (target, position) => {
      const piece = bytes.subarray(position, position + target.length);
      target.set(piece);
      return piece.length;
    },
    close: async () => undefined,
  }),
});

/** A file that somebody chose in a browser (`File` is a `Blob`). A sealed journal file reads as the file it was made from. */
export const bytesOfBlob = (name: string, blob: Blob): NamedBytes => asPlainFile(storedBlob(name, blob));

/** A journal file as it is stored: a sealed one, by its name, reads as the file it was made from, any other as it is. */
export function asPlainFile(stored: NamedBytes): NamedBytes {
  const plain = sealedName(stored.name);
  return plain === undefined ? stored : unsealed(stored, plain, inflateWeb);
}

const storedBlob = (name: string, blob: Blob): NamedBytes => ({
  name,
  open: async () => ({
    size: blob.size,
    read: async (target, position) => {
      const piece = await blob.slice(position, position + target.length).arrayBuffer();
      target.set(new Uint8Array(piece));
      return piece.byteLength;
    },
    close: async () => undefined,
  }),
});
