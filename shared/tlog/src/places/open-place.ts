import { resolve } from 'node:path';
import type { TilePlace } from '../ports.js';
import { folderPlace } from './folder.js';
import type { S3Options } from './s3.js';

/** Where a log is, as `ledger.tiles` of marketops.yml says. */
export interface PlaceSettings {
  /** Relative to `root`. */
  readonly folder?: string | undefined;
  readonly s3?: S3Options | undefined;
}

/**
 * Opens a log's place: a bucket or a folder; where neither is named, the folder that is the default.
 * @param root what a relative folder begins at
 */
export async function openPlace(
  { folder, s3 }: PlaceSettings,
  { root, folder: byDefault }: { readonly root: string; readonly folder: string },
): Promise<TilePlace & { close?(): void }> {
  if (s3 !== undefined) {
    // Loaded where it is used: most logs are in a folder, and the SDK is larger than everything else here.
    const { s3Place } = await import('./s3.js');
    return s3Place(s3);
  }
  return folderPlace(folder === undefined ? byDefault : resolve(root, folder));
}
