import type { EffectResult } from '@marketops/contracts';
import type { GitHubReads, Release } from '@marketops/github';
import { PublisherError } from '../errors.js';
import {
  checkTag,
  differingFields,
  isComplete,
  type ReleaseOrder,
  releaseResult,
} from './release-content.js';
import { checkLatest } from './release-latest.js';
import { assetsOf, conflict } from './release-lookup.js';
import { boundReads, checkWritable } from './repository-binding.js';

/**
 * What is about to become public, once more and as the last thing before it does: the draft's assets, all of them (what lay
 * there when an earlier attempt was interrupted, and what somebody exchanged since), the tag, which GitHub would take
 * wherever it points, and the repository. The look-up read them before the uploads, which may have taken long.
 */
export async function checkPublishable(
  reads: GitHubReads,
  order: ReleaseOrder,
  draft: Release,
): Promise<void> {
  const { repository, tag_name } = order.operation;
  const beside = Promise.all([reads.getTag(repository, tag_name), assetsOf(reads, order, draft)]);
  const { value, archived } = await boundReads(reads, repository, beside);
  const [tag, assets] = value;
  checkWritable(repository, { archived });
  checkTag(tag, order.operation);
  if (!isComplete(assets, order)) throw conflict(order, draft, 'has other assets than were sent');
}

/** Reads again what is there now and compares it: the answer to a write is not what the next reader sees. */
export async function verifyRelease(
  reads: GitHubReads,
  order: ReleaseOrder,
  made: Release,
): Promise<EffectResult> {
  const { repository, tag_name, draft, assets: wanted } = order.operation;
  const [release, tag, assets] = await Promise.all([
    reads.getRelease(repository, made.id),
    draft ? null : reads.getTag(repository, tag_name),
    wanted.length > 0 ? assetsOf(reads, order, made) : [],
    checkLatest(reads, order, made),
  ]);
  if (release === null || (!draft && tag === null)) {
    throw new PublisherError('verification_failed', `Release ${made.id} cannot be read back yet.`, {
      retry: 'transient',
    });
  }
  checkTag(tag, order.operation);
  const differs = differingFields(order, release);
  if (release.draft !== draft) differs.push('draft');
  if (differs.length > 0)
    throw conflict(order, release, `differs in ${differs.join(', ')} from what was sent`);
  if (!isComplete(assets, order)) throw conflict(order, release, 'has other assets than were sent');
  return releaseResult(order, release, assets, false);
}
