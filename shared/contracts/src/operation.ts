import { z } from 'zod';
import {
  AssetName,
  Body,
  BranchName,
  Digest,
  GitSha,
  LabelName,
  Login,
  MediaType,
  OperationId,
  PullBody,
  RepositoryName,
  RepositoryOwner,
  Salt,
  TagName,
  TeamSlug,
  Title,
} from './ids.js';
import { limits } from './limits.js';

/** Bound by number and name: a repository deleted and made anew keeps its name, not its id. */
export const Repository = z.strictObject({
  id: z.int().positive(),
  owner: RepositoryOwner,
  name: RepositoryName,
});
export type Repository = z.infer<typeof Repository>;

export const OperationKind = z.enum(['publish_release', 'tag_repo', 'open_pr', 'attach_release_asset']);
export type OperationKind = z.infer<typeof OperationKind>;

/** Named, sized and hashed; the bytes wait in the blob store under their SHA-256. */
export const Asset = z.strictObject({
  name: AssetName,
  size_bytes: z.int().min(0).max(limits.assetBytesMax),
  sha256: Digest,
  content_type: MediaType,
});
export type Asset = z.infer<typeof Asset>;

const common = {
  operation_id: OperationId,
  repository: Repository,
  /** Of a sealed operation alone: it goes into the digest and to nobody else. */
  salt: Salt.optional(),
};

export const PublishRelease = z.strictObject({
  ...common,
  kind: z.literal('publish_release'),
  tag_name: TagName,
  target_sha: GitSha,
  release_name: Title,
  body: Body,
  draft: z.boolean(),
  prerelease: z.boolean(),
  make_latest: z.enum(['true', 'false', 'legacy']),
  assets: z.array(Asset).max(limits.assetsPerReleaseMax),
});
export type PublishRelease = z.infer<typeof PublishRelease>;

export const TagRepo = z.strictObject({
  ...common,
  kind: z.literal('tag_repo'),
  tag_name: TagName,
  target_sha: GitSha,
  message: Body,
});
export type TagRepo = z.infer<typeof TagRepo>;

const PinnedBranch = z.strictObject({ ref: BranchName, sha: GitSha });
export const OpenPullRequest = z.strictObject({
  ...common,
  kind: z.literal('open_pr'),
  /** The repository of the head's branch by number and name: a fork's, or the operation's own. */
  head: PinnedBranch.extend({ repository: Repository }),
  base: PinnedBranch,
  /** False: a base that has moved since it was planned is another change than was authorized, and stops the operation. */
  base_may_move: z.boolean(),
  title: Title,
  body: PullBody,
  draft: z.boolean(),
  /** Each exists beforehand: GitHub would create the ones it does not know. */
  labels: z.array(LabelName).max(limits.labelsPerPullMax),
  reviewers: z.array(Login).max(limits.reviewersPerPullMax),
  team_reviewers: z.array(TeamSlug).max(limits.reviewersPerPullMax),
});
export type OpenPullRequest = z.infer<typeof OpenPullRequest>;

export const AttachReleaseAsset = z.strictObject({
  ...common,
  kind: z.literal('attach_release_asset'),
  /** The published release it is added to, as GitHub numbers it: one deleted and made anew under its tag is another. */
  release_id: z.int().positive(),
  tag_name: TagName,
  /** The commit that the release's tag names. */
  target_sha: GitSha,
  asset: Asset,
});
export type AttachReleaseAsset = z.infer<typeof AttachReleaseAsset>;

/**
 * One intended effect, whole: every default explicit, every name resolved. Its digest (RFC 8785, SHA-256) is what a
 * receipt authorizes, byte for byte (law R1).
 */
export const Operation = z.discriminatedUnion('kind', [
  PublishRelease,
  TagRepo,
  OpenPullRequest,
  AttachReleaseAsset,
]);
export type Operation = z.infer<typeof Operation>;

export const repositoryFullName = (repository: Repository): string =>
  `${repository.owner}/${repository.name}`;

/**
 * Does `pattern` (`acme/widgets`, `acme/*`) cover the repository of that full name? Names are compared as GitHub does,
 * without case. A star stands for one whole name, so `acme/*` never reaches into `acme-evil/x`.
 */
export function matchesRepository(pattern: string, fullName: string): boolean {
  const allowed = pattern.toLowerCase().split('/');
  const actual = fullName.toLowerCase().split('/');
  if (allowed.length !== 2 || actual.length !== 2) return false;
  return allowed.every((part, index) => part === '*' || part === actual[index]);
}

/**
 * What the ledger itself freezes, in the control keys alone, while the room on its disk runs short: nothing new is minted or
 * started; what has been started goes on. It is no scope of an order: people can neither freeze nor unfreeze it, and it lifts
 * nothing that they have frozen.
 */
export const roomScope = 'ledger:room';

/** Every scope that stops the operation before it has begun. */
export const startScopes = (tenantId: string, repository: Repository): string[] => [
  ...freezeScopes(tenantId, repository),
  roomScope,
];

/** Every scope whose freeze stops this operation, widest first. GitHub names ignore case, so scopes are lower-case. */
export const freezeScopes = (tenantId: string, repository: Repository): string[] => [
  'all',
  `tenant:${tenantId}`,
  `account:${repository.owner.toLowerCase()}`,
  `repository:${repositoryFullName(repository).toLowerCase()}`,
];
