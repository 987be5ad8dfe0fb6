import type {
  AttachReleaseAsset,
  OpenPullRequest,
  Operation,
  PublishRelease,
  TagRepo,
} from '@marketops/contracts';
import type { PolicyQuestion } from '../port.js';

const sha = 'a'.repeat(40);
const repository = { id: 1, owner: 'Acme', name: 'Widgets' };

export const tag: TagRepo = {
  operation_id: 'tag',
  kind: 'tag_repo',
  repository,
  tag_name: 'v1.0.0',
  target_sha: sha,
  message: '',
};
export const release: PublishRelease = {
  operation_id: 'release',
  kind: 'publish_release',
  repository,
  tag_name: 'v1.0.0',
  target_sha: sha,
  release_name: 'One',
  body: '',
  draft: false,
  prerelease: false,
  make_latest: 'true',
  assets: [],
};
export const pull: OpenPullRequest = {
  operation_id: 'pull',
  kind: 'open_pr',
  repository,
  head: { ref: 'next', sha, repository },
  base: { ref: 'main', sha },
  base_may_move: false,
  title: 'Next',
  body: '',
  draft: false,
  labels: [],
  reviewers: [],
  team_reviewers: [],
};

export const attachment: AttachReleaseAsset = {
  operation_id: 'attachment',
  kind: 'attach_release_asset',
  repository,
  release_id: 1,
  tag_name: 'v1.0.0',
  target_sha: sha,
  asset: { name: 'notes.txt', size_bytes: 5, sha256: 'b'.repeat(64), content_type: 'text/plain' },
};

/** One of each kind, all of Acme/Widgets. */
export const oneOfEach: readonly Operation[] = [tag, release, pull, attachment];

export const question = (over: Partial<PolicyQuestion> = {}): PolicyQuestion => ({
  operation: tag,
  tenantId: 'acme',
  principal: 'ci',
  approvals: [],
  evidence: [],
  ...over,
});

/** The approval of each, as of these groups. */
export const approvedBy = (names: readonly string[], groups: readonly string[] = []) =>
  names.map((principal) => ({ principal, groups }));
