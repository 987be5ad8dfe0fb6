import {
  Asset,
  BranchName,
  GitSha,
  LabelName,
  limits,
  type Operation,
  PublishRelease,
  type Repository,
  RepositoryFullName,
  repositoryFullName,
  TagName,
} from '@marketops/contracts';
import { z } from 'zod';

const common = { repository: RepositoryFullName };
const sha = GitSha.default('0'.repeat(40));

/** An operation as a table of cases writes it: what policies can ask about, the rest is filled in. */
export const CaseOperation = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('tag_repo'), tag_name: TagName, target_sha: sha }),
  z.strictObject({
    ...common,
    kind: z.literal('publish_release'),
    tag_name: TagName,
    target_sha: sha,
    draft: z.boolean().default(false),
    prerelease: z.boolean().default(false),
    make_latest: PublishRelease.shape.make_latest.default('true'),
    asset_count: z.int().min(0).max(limits.assetsPerReleaseMax).default(0),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('open_pr'),
    head_ref: BranchName,
    /** Default: the repository itself. */
    head_repository: RepositoryFullName.optional(),
    base_ref: BranchName,
    draft: z.boolean().default(false),
    labels: z.array(LabelName).max(limits.labelsPerPullMax).default([]),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('attach_release_asset'),
    tag_name: TagName,
    target_sha: sha,
    asset_name: Asset.shape.name,
    content_type: Asset.shape.content_type.default('application/octet-stream'),
    size_bytes: Asset.shape.size_bytes.default(1),
  }),
]);
export type CaseOperation = z.infer<typeof CaseOperation>;

export function operationOf(given: CaseOperation): Operation {
  const [owner = '', name = ''] = given.repository.split('/');
  const same = { operation_id: 'case', repository: { id: 1, owner, name } };
  switch (given.kind) {
    case 'tag_repo':
      return {
        ...same,
        kind: given.kind,
        tag_name: given.tag_name,
        target_sha: given.target_sha,
        message: '',
      };
    case 'publish_release':
      return {
        ...same,
        kind: given.kind,
        tag_name: given.tag_name,
        target_sha: given.target_sha,
        release_name: given.tag_name,
        body: '',
        draft: given.draft,
        prerelease: given.prerelease,
        make_latest: given.make_latest,
        assets: Array.from({ length: given.asset_count }, (_, index) => ({
          name: `asset-${index}`,
          size_bytes: 0,
          sha256: '0'.repeat(64),
          content_type: 'application/octet-stream',
        })),
      };
    case 'open_pr':
      return {
        ...same,
        kind: given.kind,
        head: { ref: given.head_ref, sha: '0'.repeat(40), repository: headOf(given, same.repository) },
        base: { ref: given.base_ref, sha: '0'.repeat(40) },
        base_may_move: false,
        title: given.head_ref,
        body: '',
        draft: given.draft,
        labels: given.labels,
        reviewers: [],
        team_reviewers: [],
      };
    case 'attach_release_asset':
      return {
        ...same,
        kind: given.kind,
        release_id: 1,
        tag_name: given.tag_name,
        target_sha: given.target_sha,
        asset: {
          name: given.asset_name,
          size_bytes: given.size_bytes,
          sha256: '0'.repeat(64),
          content_type: given.content_type,
        },
      };
  }
}

/** Another repository than the operation's has another number, whatever it is. */
function headOf({ head_repository }: { head_repository?: string | undefined }, own: Repository): Repository {
  const [owner = '', name = ''] = (head_repository ?? '').split('/');
  if (head_repository?.toLowerCase() === repositoryFullName(own).toLowerCase() || name === '') return own;
  return { id: own.id + 1, owner, name };
}
