import { resolve } from 'node:path';
import type { TilePlace } from '../ports.js';
import { folderPlace, type ReplaceFile } from './folder.js';
import type { S3Options } from './s3.js';

/** Where a log is, as `ledger.tiles` of marketops.yml says. */
export interface PlaceSettings {
  /** Relative to `root`. */
  readonly folder?: string | undefined;
  readonly s3?: S3Options | undefined;
}

/** The folder that settings name, as `openPlace` reads them; undefined for a bucket. */
export const folderOf = (
  { folder, s3 }: Pick<PlaceSettings, 'folder' | 's3'>,
  { root, folder: byDefault }: { readonly root: string; readonly folder: string },
): string | undefined =>
  s3 !== undefined ? undefined : folder === undefined ? byDefault : resolve(root, folder);

/**
 * Opens a log's place: a bucket or a folder; where neither is named, the folder that is the default.
 * @param root what a relative folder begins at
 * @param replaceIn how the checkpoint of a folder is replaced
 */
export async function openPlace(
  { folder, s3 }: PlaceSettings,
  { root, folder: byDefault }: { readonly root: string; readonly folder: string },
  replaceIn?: (folder: string) => ReplaceFile,
): Promise<TilePlace & { close?(): void }> {
  if (s3 !== undefined) {
    // Loaded where it is used: most logs are in a folder, and the SDK is larger than everything else here.
    const { s3Place } = await import('./s3.js');
    return s3Place(s3);
  }
  const path = folderOf({ folder }, { root, folder: byDefault }) ?? byDefault;
  return folderPlace(path, replaceIn?.(path));
}
