import { type Answer, actorOf, type Call, created, idParam, ok, seesDrafts } from '../call.js';
import { addAsset, deleteAsset, findAsset } from '../domain/assets.js';
import type { Asset, Release, Repository } from '../domain/model.js';
import { page } from '../paging.js';
import { notFound, Problem } from '../problem.js';
import { renderAsset } from '../render/release.js';
import { releaseOf } from './releases.js';

export function getReleaseAssets(call: Call, repository: Repository): Answer {
  const release = releaseOf(call, repository);
  return page(call, [...release.assets.values()], (asset) =>
    renderAsset(call.url, repository, release, asset),
  );
}

function assetOf(call: Call, repository: Repository): { release: Release; asset: Asset } {
  const found = findAsset(repository, idParam(call, 'asset_id'));
  if (found === undefined || (found.release.draft && !seesDrafts(call, repository))) throw notFound();
  return found;
}

/** GitHub answers a download with 302 to its storage, or 200 with the bytes; its documentation names both. */
export function getReleaseAsset(call: Call, repository: Repository): Answer {
  const { release, asset } = assetOf(call, repository);
  if (call.accept.includes('application/octet-stream')) {
    if (asset.state === 'starter') throw notFound();
    asset.downloadCount += 1;
    return { status: 200, bytes: asset.bytes, contentType: asset.contentType };
  }
  return ok(renderAsset(call.url, repository, release, asset));
}

export function deleteReleaseAsset(call: Call, repository: Repository): Answer {
  const { release, asset } = assetOf(call, repository);
  deleteAsset(release, asset);
  return { status: 204 };
}

/** The body is the file; its name stands in the query and its type in the header. */
export function postReleaseAsset(call: Call, repository: Repository): Answer {
  const release = releaseOf(call, repository);
  const name = call.query.get('name');
  if (name === null || name === '') throw new Problem(422, 'Invalid request.\n\n"name" wasn\'t supplied.');
  if (call.contentType === undefined) throw new Problem(400, 'Content-Type is required.');
  const kept = call.keptBytes;
  const asset = addAsset(call.state, release, actorOf(call), {
    name,
    label: call.query.get('label'),
    contentType: call.contentType,
    bytes: kept === undefined ? call.body : call.body.subarray(0, kept),
    state: kept === undefined ? 'uploaded' : 'starter',
  });
  const json = renderAsset(call.url, repository, release, asset);
  return created(json, json.url);
}
