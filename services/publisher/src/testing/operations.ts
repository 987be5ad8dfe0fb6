import type {
  AttachReleaseAsset,
  OpenPullRequest,
  PublishRelease,
  Repository,
  TagRepo,
} from '@marketops/contracts';

export const repository: Repository = { id: 4_711, owner: 'acme', name: 'widgets' };
export const targetSha = 'c'.repeat(40);

export const releaseOperation = (changes: Partial<PublishRelease> = {}): PublishRelease => ({
  ...{
    operation_id: 'release',
    kind: 'publish_release',
    repository,
    tag_name: 'v1.4.0',
    target_sha: targetSha,
  },
  ...{ release_name: 'Widgets 1.4.0', body: 'What is new.', draft: false, prerelease: false },
  ...{ make_latest: 'true', assets: [] },
  ...changes,
});

export const tagOperation = (changes: Partial<TagRepo> = {}): TagRepo => ({
  ...{ operation_id: 'tag', kind: 'tag_repo', repository, tag_name: 'v1.4.0', target_sha: targetSha },
  message: 'Widgets 1.4.0',
  ...changes,
});

export const attachmentOperation = (changes: Partial<AttachReleaseAsset> = {}): AttachReleaseAsset => ({
  ...{ operation_id: 'proof', kind: 'attach_release_asset', repository, target_sha: targetSha },
  ...{ release_id: 2_000_001, tag_name: 'v1.3.0' },
  asset: { name: 'proof.json', size_bytes: 9, sha256: 'e'.repeat(64), content_type: 'application/json' },
  ...changes,
});

export const pullOperation = (changes: Partial<OpenPullRequest> = {}): OpenPullRequest => ({
  ...{ operation_id: 'announce', kind: 'open_pr', repository, title: 'Announce Widgets 1.4.0' },
  ...{
    head: { ref: 'release-1.4.0', sha: 'd'.repeat(40), repository },
    base: { ref: 'main', sha: targetSha },
  },
  ...{ base_may_move: false, body: 'See the release.', draft: false },
  ...{ labels: [], reviewers: [], team_reviewers: [] },
  ...changes,
});
