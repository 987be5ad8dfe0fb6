import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that only grows. */
export interface AppendFile {
  /** All bytes, or an error after which the file's end is unknown. */
  append(bytes: Uint8Array): Promise<void>;
  /** Gives the file its name, where it was made without it: from then on others see it. */
  appear?(): Promise<void>;
  /** Returns when everything appended is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The two things the ledger needs of a disk, so that tests can make each of them fail. */
export interface Disk {
  /** Creates the file exclusively, and makes its name durable. Fails where it exists. */
  create(path: string): Promise<AppendFile>;
  /** Opens it again under the name that it was given since. */
  reopen?(path: string): Promise<AppendFile>;
}

const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = constants;

export const nodeDisk: Disk = {
  async create(path) {
    const handle = await open(path, O_APPEND | O_CREAT | O_EXCL | O_WRONLY, 0o640);
    try {
      await syncFolder(dirname(path));
    } catch (fault) {
      await handle.close().catch(() => undefined);
      throw fault;
    }
    return appending(handle);
  },
  reopen: async (path) => appending(await open(path, O_APPEND | O_WRONLY)),
};

const appending = (handle: FileHandle): AppendFile => ({
  async append(bytes) {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, at, bytes.length - at);
      at += bytesWritten;
    }
  },
  sync: () => handle.datasync(),
  close: () => handle.close(),
});

/** A new or removed name is durable only when its folder is. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
