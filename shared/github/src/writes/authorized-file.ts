import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { GitHubError } from '../errors.js';
import { StreamedBody } from '../transport/wire.js';

/** What the bytes must be. */
export interface Expected {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

const chunkBytes = 262_144;

const changed = (expected: Expected, how: string, cause?: unknown): GitHubError =>
  new GitHubError('conflict', `The file for asset ${expected.name} is not what was authorized: ${how}.`, {
    cause,
  });

async function* verified(file: FileHandle, expected: Expected): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  let held: Uint8Array | undefined;
  for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: chunkBytes })) {
    const bytes: Uint8Array = chunk;
    size += bytes.length;
    if (size > expected.sizeBytes) throw changed(expected, `more than ${expected.sizeBytes} bytes`);
    hash.update(bytes);
    if (held !== undefined) yield held;
    held = bytes;
  }
  if (size !== expected.sizeBytes) throw changed(expected, `${size} bytes, not ${expected.sizeBytes}`);
  if (hash.digest('hex') !== expected.sha256) throw changed(expected, 'its SHA-256 differs');
  if (held !== undefined) yield held;
}

/**
 * A file as a request body, hashed while it is sent. Its last chunk is held back until size and digest have proved
 * right; a file swapped after planning therefore never becomes a complete upload. Fails with `conflict` then.
 */
export class AuthorizedFile extends StreamedBody {
  readonly sizeBytes: number;
  readonly #expected: Expected;

  constructor(expected: Expected) {
    super();
    this.sizeBytes = expected.sizeBytes;
    this.#expected = expected;
  }

  override async *chunks(): AsyncGenerator<Uint8Array> {
    const expected = this.#expected;
    const file = await open(expected.path, 'r').catch((cause: unknown) => {
      throw changed(expected, 'it cannot be opened', cause);
    });
    try {
      yield* verified(file, expected);
    } finally {
      await file.close();
    }
  }
}
