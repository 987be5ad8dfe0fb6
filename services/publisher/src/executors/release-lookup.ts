import type { Asset, GitHubReads, Release } from '@marketops/github';
import { PublisherError } from '../errors.js';
import { isOurs } from './order.js';
import {
  checkTag,
  differingFields,
  hasExactly,
  type ReleaseOrder,
  releaseResult,
} from './release-content.js';
import { boundReads } from './repository-binding.js';
import type { Sighting } from './sighting.js';

/** A draft of ours that is not what it should become yet. */
export interface LeftDraft {
  readonly release: Release;
  readonly assets: readonly Asset[];
}

/**
 * Exact: the marker tells ours. Looks among all releases, drafts and every page included: a draft has no tag to be found by, so whatever an earlier
 * attempt left is found by its marker and nothing else. Ours and equal is `done`; ours and a draft is `unfinished`; what
 * somebody else has put under the tag, or changed in ours, is a conflict.
 *
 * Three requests (repository, tag, one page of releases), one more per page, one for the assets of what was found.
 */
export async function lookUpRelease(reads: GitHubReads, order: ReleaseOrder): Promise<Sighting<LeftDraft>> {
  const { repository, tag_name } = order.operation;
  const beside = Promise.all([reads.getTag(repository, tag_name), candidates(reads, order)]);
  const [tag, { ours, foreign }] = await boundReads(reads, repository, beside);
  checkTag(tag, order);
  if (ours === undefined) {
    if (foreign === undefined) return { seen: 'nothing' };
    throw conflict(order, foreign, 'is not ours');
  }
  if (foreign?.draft === false && ours.draft) throw conflict(order, foreign, 'is not ours');
  const differs = differingFields(order, ours);
  if (differs.length > 0) throw conflict(order, ours, `differs in ${differs.join(', ')}`);
  return sightingOf(order, ours, await assetsOf(reads, order, ours), tag !== null);
}

function sightingOf(
  order: ReleaseOrder,
  release: Release,
  assets: readonly Asset[],
  tagged: boolean,
): Sighting<LeftDraft> {
  const { draft } = order.operation;
  const complete = hasExactly(assets, order);
  if (release.draft) {
    return draft && complete
      ? { seen: 'done', result: releaseResult(order, release, assets, true) }
      : { seen: 'unfinished', left: { release, assets } };
  }
  if (draft) throw conflict(order, release, 'was to stay a draft and has been published');
  // It is published last, with everything in it: what is missing now, somebody took out.
  if (!complete) throw conflict(order, release, 'has other assets than were authorized');
  if (!tagged) throw conflict(order, release, 'has lost its tag');
  return { seen: 'done', result: releaseResult(order, release, assets, true) };
}

interface Candidates {
  /** The one that counts where a late request left two: the published one, else the oldest. */
  readonly ours: Release | undefined;
  readonly foreign: Release | undefined;
}

async function candidates(reads: GitHubReads, order: ReleaseOrder): Promise<Candidates> {
  const { repository, tag_name } = order.operation;
  let ours: Release | undefined;
  let foreign: Release | undefined;
  for await (const release of reads.listReleases(repository)) {
    if (isOurs(release.body, order)) {
      // Newest first: a later one in the list is older.
      if (ours === undefined || ours.draft) ours = release;
    } else if (release.tagName === tag_name) {
      if (foreign === undefined || foreign.draft) foreign = release;
    }
  }
  return { ours, foreign };
}

export async function assetsOf(
  reads: GitHubReads,
  { operation }: ReleaseOrder,
  release: Release,
): Promise<Asset[]> {
  const assets: Asset[] = [];
  for await (const asset of reads.listAssets(operation.repository, release.id)) assets.push(asset);
  return assets;
}

export const conflict = ({ operation }: ReleaseOrder, release: Release, why: string): PublisherError =>
  new PublisherError(
    'release_conflict',
    `Release ${release.id} (${release.draft ? 'draft' : 'published'}) of ${operation.tag_name} ${why}.`,
  );
