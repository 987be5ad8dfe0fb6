import type { Asset, GitHubReads, Release, Tag } from '@marketops/github';
import { PublisherError } from '../errors.js';
import { assetsIn } from './asset-upload.js';
import { isOurs } from './order.js';
import {
  checkTag,
  differingFields,
  isComplete,
  type ReleaseOrder,
  releaseResult,
} from './release-content.js';
import { checkLatest } from './release-latest.js';
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
 * Three requests (repository, tag, one page of releases), one more per page, two for the assets of what was found and for
 * which release is the latest.
 */
export async function lookUpRelease(reads: GitHubReads, order: ReleaseOrder): Promise<Sighting<LeftDraft>> {
  const { repository } = order.operation;
  const { value, archived } = await boundReads(reads, repository, candidatesAndTag(reads, order));
  const { tag, ours, foreign } = value;
  checkTag(tag, order.operation);
  if (ours === undefined) {
    if (foreign === undefined) return { seen: 'nothing', archived };
    throw conflict(order, foreign, 'is not ours');
  }
  if (foreign?.draft === false && ours.draft) throw conflict(order, foreign, 'is not ours');
  const differs = differingFields(order, ours);
  if (differs.length > 0) throw conflict(order, ours, `differs in ${differs.join(', ')}`);
  const assets = await assetsOf(reads, order, ours);
  if (ours.draft) return sightingOfDraft(order, ours, assets, archived);
  checkPublished(order, ours, assets, tag !== null);
  await checkLatest(reads, order, ours);
  return { seen: 'done', result: releaseResult(order, ours, assets, true) };
}

function sightingOfDraft(
  order: ReleaseOrder,
  release: Release,
  assets: readonly Asset[],
  archived: boolean,
): Sighting<LeftDraft> {
  const { draft, assets: wanted, tag_name } = order.operation;
  if (draft && isComplete(assets, order))
    return { seen: 'done', result: releaseResult(order, release, assets, true) };
  const shown = `Release ${release.id} of ${tag_name} is a draft with ${assets.length} of ${wanted.length} assets.`;
  return { seen: 'unfinished', left: { release, assets }, shown, archived };
}

function checkPublished(
  order: ReleaseOrder,
  release: Release,
  assets: readonly Asset[],
  tagged: boolean,
): void {
  if (order.operation.draft) throw conflict(order, release, 'was to stay a draft and has been published');
  // It is published last, with everything in it: what is missing now, somebody took out.
  if (!isComplete(assets, order)) throw conflict(order, release, 'has other assets than were authorized');
  if (!tagged) throw conflict(order, release, 'has lost its tag');
}

interface Candidates {
  /** The one that counts where there are several. */
  readonly ours: Release | undefined;
  readonly foreign: Release | undefined;
}

/** The tag last: of all that is read before a release is created it is what must be newest. */
async function candidatesAndTag(
  reads: GitHubReads,
  order: ReleaseOrder,
): Promise<Candidates & { readonly tag: Tag | null }> {
  const found = await candidates(reads, order);
  return { ...found, tag: await reads.getTag(order.operation.repository, order.operation.tag_name) };
}

/**
 * Several have our marker where a late request left two drafts, or where somebody copied what was public. Of the authorized
 * tag, published, oldest: in that order. Nobody could copy it before ours was there.
 */
function isRather(one: Release, other: Release, { operation }: ReleaseOrder): boolean {
  const ofTag = ({ tagName }: Release): boolean => tagName === operation.tag_name;
  if (ofTag(one) !== ofTag(other)) return ofTag(one);
  if (one.draft !== other.draft) return other.draft;
  return one.id < other.id;
}

async function candidates(reads: GitHubReads, order: ReleaseOrder): Promise<Candidates> {
  const { repository, tag_name } = order.operation;
  let ours: Release | undefined;
  let foreign: Release | undefined;
  for await (const release of reads.listReleases(repository)) {
    if (isOurs(release.body, order)) {
      if (ours === undefined || isRather(release, ours, order)) ours = release;
    } else if (release.tagName === tag_name) {
      if (foreign === undefined || foreign.draft) foreign = release;
    }
  }
  return { ours, foreign };
}

export const assetsOf = (
  reads: GitHubReads,
  { operation: { repository } }: ReleaseOrder,
  { id: releaseId }: Release,
): Promise<Asset[]> => assetsIn(reads, { repository, releaseId });

export function conflict({ operation }: ReleaseOrder, release: Release, why: string): PublisherError {
  const state = release.draft ? 'draft' : release.immutable ? 'published, immutable' : 'published';
  const message = `Release ${release.id} (${state}) of ${operation.tag_name} ${why}.`;
  // Deleting it frees nothing: GitHub gives its tag name to no other release.
  const next = 'An immutable release cannot be repaired. Plan the release under another tag.';
  return new PublisherError('release_conflict', message, release.immutable ? { next } : {});
}
