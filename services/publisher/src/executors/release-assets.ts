import type { GitHubClient } from '@marketops/github';
import { isAuthorized, type PathOfDigest, removeAsset, uploadAsset } from './asset-upload.js';
import type { ReleaseOrder } from './release-content.js';
import { conflict, type LeftDraft } from './release-lookup.js';

/**
 * Brings our draft's assets to what was authorized: what is missing is uploaded, what broke off or differs under an
 * authorized name is deleted and uploaded anew. A name nobody authorized stops everything: somebody else is in our draft.
 */
export async function completeAssets(
  github: GitHubClient,
  order: ReleaseOrder,
  { release, assets }: LeftDraft,
  pathOf: PathOfDigest,
): Promise<void> {
  const { repository, assets: wanted } = order.operation;
  const place = { repository, releaseId: release.id };
  const authorized = new Set(wanted.map(({ name }) => name));
  const stranger = assets.find(({ name }) => !authorized.has(name));
  if (stranger !== undefined)
    throw conflict(order, release, `holds ${stranger.name}, which was not authorized`);
  const present = new Map(assets.map((asset) => [asset.name, asset]));
  // One after the other: GitHub asks for serial writes, and each asks the kill switch.
  for (const one of wanted) {
    const found = present.get(one.name);
    if (found !== undefined && isAuthorized(found, one)) continue;
    if (found !== undefined) await removeAsset(github, place, found);
    await uploadAsset(github, place, one, pathOf);
  }
}
