import { digestOf } from '../domain/assets.js';
import type { Asset, Release, Repository } from '../domain/model.js';
import { nodeId, renderAccount } from './account.js';
import { repositoryApi, repositoryHtml } from './repository.js';

/** GitHub's `release-asset`. */
export function renderAsset(url: string, repository: Repository, release: Release, asset: Asset) {
  const html = repositoryHtml(url, repository);
  return {
    url: `${repositoryApi(url, repository)}/releases/assets/${asset.id}`,
    id: asset.id,
    node_id: nodeId('ReleaseAsset', asset.id),
    name: asset.name,
    label: asset.label,
    uploader: renderAccount(url, asset.uploader),
    content_type: asset.contentType,
    state: asset.state,
    size: asset.bytes.length,
    digest: digestOf(asset),
    download_count: asset.downloadCount,
    created_at: asset.createdAt,
    updated_at: asset.createdAt,
    browser_download_url: `${html}/releases/download/${encodeURIComponent(slug(release))}/${asset.name}`,
  };
}

/** A draft's tag may not exist, so GitHub gives its page a name of its own. */
const slug = (release: Release): string =>
  release.draft ? `untagged-${nodeId('Draft', release.id)}` : release.tagName;

/** GitHub's `release`. `uploadsUrl` is where `upload_url` points. */
export function renderRelease(url: string, uploadsUrl: string, repository: Repository, release: Release) {
  const api = repositoryApi(url, repository);
  const archived = !release.draft;
  const tag = encodeURIComponent(release.tagName);
  return {
    url: `${api}/releases/${release.id}`,
    assets_url: `${api}/releases/${release.id}/assets`,
    upload_url: `${repositoryApi(uploadsUrl, repository)}/releases/${release.id}/assets{?name,label}`,
    html_url: `${repositoryHtml(url, repository)}/releases/tag/${encodeURIComponent(slug(release))}`,
    id: release.id,
    author: renderAccount(url, release.author),
    node_id: nodeId('Release', release.id),
    tag_name: release.tagName,
    target_commitish: release.targetCommitish,
    name: release.name,
    draft: release.draft,
    immutable: release.immutable,
    prerelease: release.prerelease,
    created_at: release.createdAt,
    updated_at: release.updatedAt,
    published_at: release.publishedAt,
    assets: [...release.assets.values()].map((asset) => renderAsset(url, repository, release, asset)),
    tarball_url: archived ? `${api}/tarball/${tag}` : null,
    zipball_url: archived ? `${api}/zipball/${tag}` : null,
    body: release.body,
  };
}
