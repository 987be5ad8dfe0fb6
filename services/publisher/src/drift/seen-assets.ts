import type { AttachReleaseAsset, EffectResult, Asset as Wanted } from '@marketops/contracts';
import type { Asset, GitHubReads, RepositoryAt } from '@marketops/github';

/** What counts of an asset: neither its label nor how often it was fetched. */
export type SeenAsset = Pick<Asset, 'id' | 'name' | 'state' | 'sizeBytes' | 'sha256'>;

export async function seenAssets(
  reads: GitHubReads,
  at: RepositoryAt,
  releaseId: number,
): Promise<SeenAsset[]> {
  const assets: SeenAsset[] = [];
  for await (const { id, name, state, sizeBytes, sha256 } of reads.listAssets(at, releaseId))
    assets.push({ id, name, state, sizeBytes, sha256 });
  return assets.sort((one, other) => one.id - other.id);
}

/** Whether an asset is what was made: whole, and of its bytes. */
export function isAsMade(asset: SeenAsset | undefined, wanted: Wanted, { assets }: EffectResult): boolean {
  if (asset?.state !== 'uploaded' || asset.sizeBytes !== wanted.size_bytes) return false;
  // A server that reckons no digests: an asset that was exchanged has another number.
  if (asset.sha256 === null)
    return assets.some(({ name, remote_id: id }) => name === wanted.name && id === String(asset.id));
  return asset.sha256 === wanted.sha256;
}

/** Whether operations of ours account for assets that a release was not made with, those under way included. */
export const areAttached = (
  added: readonly SeenAsset[],
  attachments: readonly AttachReleaseAsset[],
): boolean =>
  added.every(({ name, state, sizeBytes, sha256 }) =>
    attachments.some(
      ({ asset }) =>
        asset.name === name &&
        (state !== 'uploaded' ||
          (asset.size_bytes === sizeBytes && (sha256 === null || sha256 === asset.sha256))),
    ),
  );
