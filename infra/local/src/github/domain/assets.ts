import { createHash } from 'node:crypto';
import { Problem, validationFailed } from '../problem.js';
import type { GitHubState } from '../state.js';
import type { Account, Asset, Release, Repository } from './model.js';

/**
 * GitHub renames silently: each run of anything but letters, digits, `_`, `+` and `-` becomes one dot, a name may
 * not begin with a dot (it gets `default` before it) nor end in one. Source: "Upload a release asset" in GitHub's
 * documentation, and the names collected in travis-ci/dpl issue 821.
 */
export function storedName(name: string): string {
  const dotted = name.replace(/[^A-Za-z0-9_+-]+/g, '.').replace(/\.$/, '');
  return dotted.startsWith('.') || dotted === '' ? `default${dotted}` : dotted;
}

export interface NewAsset {
  readonly name: string;
  readonly label: string | null;
  readonly contentType: string;
  readonly bytes: Buffer;
  /** `starter` leaves it as an upload that broke off. */
  readonly state?: Asset['state'];
}

export function addAsset(state: GitHubState, release: Release, uploader: Account, upload: NewAsset): Asset {
  if (release.immutable) throw new Problem(422, 'Cannot upload assets to an immutable release.');
  const name = storedName(upload.name);
  if ([...release.assets.values()].some((asset) => asset.name === name)) {
    throw validationFailed({ resource: 'ReleaseAsset', code: 'already_exists', field: 'name' });
  }
  const kept = upload.state ?? 'uploaded';
  if (upload.bytes.length === 0 && kept === 'uploaded') {
    const message = 'size must be greater than or equal to 1';
    throw validationFailed({ resource: 'ReleaseAsset', code: 'custom', field: 'size', message });
  }
  if (release.assets.size >= 1_000) {
    throw new Problem(422, 'This release already has 1000 assets.');
  }
  const made: Asset = {
    id: state.nextId('asset'),
    name,
    label: upload.label,
    state: kept,
    contentType: upload.contentType,
    bytes: upload.bytes,
    sha256: createHash('sha256').update(upload.bytes).digest('hex'),
    uploader,
    createdAt: state.now(),
    downloadCount: 0,
  };
  release.assets.set(made.id, made);
  return made;
}

export function findAsset(
  repository: Repository,
  id: number,
): { release: Release; asset: Asset } | undefined {
  for (const release of repository.releases.values()) {
    const asset = release.assets.get(id);
    if (asset !== undefined) return { release, asset };
  }
  return undefined;
}

/** The digest, once it is uploaded; GitHub has none for a broken upload. */
export const digestOf = (asset: Asset): string | null =>
  asset.state === 'uploaded' ? `sha256:${asset.sha256}` : null;

export function deleteAsset(release: Release, asset: Asset): void {
  if (release.immutable) throw new Problem(422, 'Cannot delete assets from an immutable release.');
  release.assets.delete(asset.id);
}
