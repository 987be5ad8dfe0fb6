import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Why a file is not read, though the system would have let us. Whoever reads tells it in words of their own. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: 'file_too_large' | 'file_not_regular';
  constructor(code: FileError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * A whole file, which may be anybody's: no more than `bytesMax` of it are ever read, and a pipe or device is not waited for.
 * @throws FileError `file_too_large`, `file_not_regular`; the system's own, such as ENOENT
 */
export async function readBounded(path: string, bytesMax: number): Promise<Buffer> {
  // A pipe would wait for whoever writes into it.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new FileError('file_not_regular', `${path} is not a file.`);
    if (stats.size > bytesMax)
      throw new FileError('file_too_large', `${path} has more than ${bytesMax} bytes.`);
    const bytes = Buffer.alloc(stats.size);
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await file.close();
  }
}
