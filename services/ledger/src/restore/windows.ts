import { join } from 'node:path';
import type { ByteReader } from '@marketops/verifier';
import { fileAt } from '@marketops/verifier/node';

/** Reads pieces of files that lie near one another with few calls, in bounded memory. */
export interface Windows {
  /** Undefined where the file is shorter. What it returned is good until it is asked again. */
  read(name: string, offset: number, length: number): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

const windowBytes = 1_048_576;
const windowsMax = 64;
const filesMax = 64;

/**
 * A window is a stretch of a file that begins at a multiple of its size. Files are taken to be finished as far as anybody
 * asks, and may be sealed at any time. What reaches over the end of a window is read by itself.
 * @param dir the files' folder
 */
export function openWindows(dir: string): Windows {
  const files = new Map<string, ByteReader>();
  const windows = new Map<string, Buffer>();

  const fileOf = async (name: string): Promise<ByteReader> => {
    const known = files.get(name);
    if (known !== undefined) return known;
    if (files.size >= filesMax) await close();
    const handle = await fileAt(join(dir, name)).open();
    files.set(name, handle);
    return handle;
  };
  const close = async (): Promise<void> => {
    const handles = [...files.values()];
    files.clear();
    for (const handle of handles) await handle.close();
  };
  const readAt = async (name: string, offset: number, length: number): Promise<Buffer> => {
    const bytes = Buffer.allocUnsafe(length);
    const file = await fileOf(name);
    let held = 0;
    for (let read = -1; held < length && read !== 0; held += read)
      read = await file.read(bytes.subarray(held), offset + held);
    return bytes.subarray(0, held);
  };
  const windowAt = async (name: string, index: number): Promise<Buffer> => {
    const key = `${name} ${index}`;
    const known = windows.get(key);
    if (known !== undefined) return known;
    const window = await readAt(name, index * windowBytes, windowBytes);
    for (const oldest of windows.keys()) {
      if (windows.size < windowsMax) break;
      windows.delete(oldest);
    }
    windows.set(key, window);
    return window;
  };

  return {
    async read(name, offset, length) {
      const index = Math.floor(offset / windowBytes);
      const from = offset - index * windowBytes;
      const bytes =
        from + length > windowBytes
          ? await readAt(name, offset, length)
          : (await windowAt(name, index)).subarray(from, from + length);
      return bytes.length === length ? bytes : undefined;
    },
    async close() {
      windows.clear();
      await close();
    },
  };
}
