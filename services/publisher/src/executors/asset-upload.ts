import type { Repository, RetryClass, Asset as Wanted } from '@marketops/contracts';
import {
  type Asset,
  type GitHubClient,
  GitHubError,
  type GitHubReads,
  isAlreadyThere,
} from '@marketops/github';
import { PublisherError } from '../errors.js';

/** Where the bytes of a digest lie. The client hashes them again while it sends them, and holds the last chunk back. */
export type PathOfDigest = (sha256: string) => string;

/** A release that assets are sent to. */
export interface UploadPlace {
  readonly repository: Repository;
  readonly releaseId: number;
}

/** Assets as they must be: complete, of the authorized size and digest. */
export const isAuthorized = (asset: Asset, wanted: Wanted): boolean =>
  asset.name === wanted.name &&
  asset.state === 'uploaded' &&
  asset.sizeBytes === wanted.size_bytes &&
  asset.sha256 === wanted.sha256;

export async function assetsIn(
  reads: Pick<GitHubReads, 'listAssets'>,
  { repository, releaseId }: UploadPlace,
): Promise<Asset[]> {
  const assets: Asset[] = [];
  for await (const asset of reads.listAssets(repository, releaseId)) assets.push(asset);
  return assets;
}

/**
 * Sends one asset and compares what was stored.
 * @returns `sent`, or `found` where GitHub has one of that name already and it is complete and the same
 * @throws PublisherError `asset_mismatch`
 */
export async function uploadAsset(
  github: GitHubClient,
  place: UploadPlace,
  wanted: Wanted,
  pathOf: PathOfDigest,
): Promise<'sent' | 'found'> {
  const { name, size_bytes: sizeBytes, sha256, content_type: contentType } = wanted;
  let stored: Asset | undefined;
  try {
    const bytes = { name, sizeBytes, sha256, contentType, path: pathOf(sha256) };
    stored = await github.uploadAsset(place.repository, place.releaseId, bytes);
  } catch (fault) {
    // An earlier attempt's upload arrived after all.
    if (!isAlreadyThere(fault)) throw fault;
    stored = (await assetsIn(github, place)).find((asset) => asset.name === name);
    // What is not complete yet, or broke off, is replaced by the next attempt.
    checkStored(stored, wanted, 'transient');
    return 'found';
  }
  checkStored(stored, wanted, 'terminal');
  return 'sent';
}

export async function removeAsset(
  github: GitHubClient,
  { repository }: UploadPlace,
  { id }: Asset,
): Promise<void> {
  try {
    await github.deleteAsset(repository, id);
  } catch (fault) {
    // An earlier attempt's deletion arrived after all.
    if (!(fault instanceof GitHubError) || fault.code !== 'not_found') throw fault;
  }
}

/** GitHub renames what it does not like and says what it stored: both are compared. */
function checkStored(stored: Asset | undefined, wanted: Wanted, retry: RetryClass): void {
  // A server too old to reckon digests: our own hash of what was sent has held, and the size is compared.
  const sha256 = stored?.sha256 ?? wanted.sha256;
  if (stored !== undefined && isAuthorized({ ...stored, sha256 }, wanted)) return;
  const shown =
    stored === undefined ? 'nothing' : `${stored.name}, ${stored.sizeBytes} bytes, ${stored.sha256}`;
  throw new PublisherError(
    'asset_mismatch',
    `${wanted.name} (${wanted.size_bytes} bytes, ${wanted.sha256}) was stored as ${shown}.`,
    { retry },
  );
}
