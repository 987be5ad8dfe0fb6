import type { AttachReleaseAsset } from '@marketops/contracts';
import type { Asset, GitHubReads, Release } from '@marketops/github';
import { PublisherError } from '../errors.js';
import { assetsIn, isAuthorized } from './asset-upload.js';
import type { Order } from './order.js';
import { checkTag } from './release-content.js';
import { boundReads } from './repository-binding.js';
import type { Sighting } from './sighting.js';

export type AttachmentOrder = Order<AttachReleaseAsset>;

/** The release as it stands, and what it has under the authorized name. */
export interface SeenAttachment {
  readonly release: Release;
  readonly asset: Asset | undefined;
  readonly archived: boolean;
}

/**
 * Exact: a release has one asset per name. An asset has no text that could hold a marker, and needs none: the same name with
 * the same bytes, by GitHub's own digest, is what was authorized, whoever sent it. Other bytes under the name are a conflict.
 *
 * Four requests: repository, release, its assets (one per hundred), tag; one more where the tag is annotated.
 */
export async function lookUpAttachment(reads: GitHubReads, order: AttachmentOrder): Promise<Sighting<Asset>> {
  const seen = await seeAttachment(reads, order);
  const { asset, release, archived } = seen;
  if (asset === undefined) return { seen: 'nothing', archived };
  if (isAuthorized(asset, order.operation.asset))
    return { seen: 'done', result: attachmentResult(order, release, asset, true) };
  if (asset.state === 'uploaded') throw otherBytes(order, asset);
  const shown = `The upload of ${asset.name} to release ${release.id} broke off.`;
  return { seen: 'unfinished', left: asset, shown, archived };
}

/**
 * Reads the release by its number, its assets, its tag, and the repository.
 * @throws PublisherError `release_changed`, `tag_elsewhere`, `repository_changed`
 */
export async function seeAttachment(reads: GitHubReads, order: AttachmentOrder): Promise<SeenAttachment> {
  const { repository, release_id, tag_name, asset: wanted } = order.operation;
  const beside = async () => {
    const release = await reads.getRelease(repository, release_id);
    if (release === null) return null;
    const [assets, tag] = await Promise.all([
      assetsIn(reads, { repository, releaseId: release_id }),
      reads.getTag(repository, tag_name),
    ]);
    return { release, tag, asset: assets.find(({ name }) => name === wanted.name) };
  };
  const { value, archived } = await boundReads(reads, repository, beside());
  if (value === null) throw changed(order, 'is gone');
  const { release, tag, asset } = value;
  if (release.draft) throw changed(order, 'is a draft now');
  if (release.tagName !== tag_name) throw changed(order, `is of the tag ${release.tagName} now`);
  if (tag === null) throw changed(order, 'has lost its tag');
  checkTag(tag, order.operation);
  return { release, asset, archived };
}

const changed = ({ operation }: AttachmentOrder, how: string): PublisherError =>
  new PublisherError('release_changed', `Release ${operation.release_id} of ${operation.tag_name} ${how}.`);

export function otherBytes({ operation }: AttachmentOrder, asset: Asset): PublisherError {
  const shown = asset.sha256 === null ? 'GitHub shows no digest of it' : `sha256 ${asset.sha256}`;
  const { name, sha256, size_bytes } = operation.asset;
  return new PublisherError(
    'asset_conflict',
    `Release ${operation.release_id} has an asset ${name} already (${asset.sizeBytes} bytes, ${shown}); ${size_bytes} bytes with sha256 ${sha256} were authorized.`,
  );
}

export const attachmentResult = (
  { operation }: AttachmentOrder,
  release: Release,
  asset: Asset,
  adopted: boolean,
) => ({
  remote_id: String(asset.id),
  url: release.htmlUrl.slice(0, 1_000),
  adopted,
  sha: operation.target_sha,
  immutable: release.immutable,
  // What it was found to equal: a server too old to reckon digests says none.
  assets: [{ name: asset.name, remote_id: String(asset.id), sha256: operation.asset.sha256 }],
});
