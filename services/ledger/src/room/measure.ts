import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DiskRoom } from './room.js';

/** Asks the file system what it has left. @param places the folders; one that is not there yet counts as where it will be */
export const measureRoom =
  (places: Readonly<Record<DiskRoom['place'], string>>) => async (): Promise<readonly DiskRoom[]> =>
    Promise.all((['ledger', 'blobs'] as const).map((place) => roomOf(place, places[place])));

async function roomOf(place: DiskRoom['place'], path: string): Promise<DiskRoom> {
  const { bavail, blocks, bsize } = await statfs(path).catch((fault: unknown) => {
    if ((fault as NodeJS.ErrnoException).code !== 'ENOENT') throw fault;
    return statfs(dirname(path));
  });
  return { place, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
