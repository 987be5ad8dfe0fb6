import type { GitHubReads, Release } from '@marketops/github';
import { PublisherError } from '../errors.js';
import type { ReleaseOrder } from './release-content.js';

/**
 * Where it was authorized to become the latest, whether it did. One published after it may have taken the mark since, and
 * that is how it should be; one published before it has no business there. GitHub marks no draft and no pre-release,
 * whatever is asked; `legacy` and `false` leave the choice to GitHub.
 * @throws PublisherError `verification_failed`: GitHub may be late
 */
export async function checkLatest(reads: GitHubReads, order: ReleaseOrder, made: Release): Promise<void> {
  const { repository, draft, prerelease, make_latest } = order.operation;
  if (draft || prerelease || make_latest !== 'true') return;
  const latest = await reads.getLatestRelease(repository);
  if (latest?.id === made.id || (latest !== null && isNotEarlier(latest, made))) return;
  const instead = latest === null ? 'none is' : `${latest.tagName} is`;
  throw new PublisherError(
    'verification_failed',
    `Release ${made.id} of ${made.tagName} is not the latest, ${instead}.`,
    { retry: 'transient' },
  );
}

/** Times are whole seconds, and a draft's number is older than its publication: of the same second either may be the later. */
const isNotEarlier = (one: Release, other: Release): boolean =>
  Date.parse(one.publishedAt ?? '') >= Date.parse(other.publishedAt ?? '');
