import { GitSha } from '@marketops/contracts';
import { z } from 'zod';

/*
 * What this package reads of GitHub's answers, and what it makes of it. Fields that GitHub adds are ignored; one that
 * is missing or of another type is `invalid_response`. Ids stay below 2^53: beyond that JSON.parse would round them.
 */

const Id = z.int().positive();
const Time = z.string().max(40);
const Name = z.string().min(1).max(1_000);
const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? null);

export const RepositoryShape = z
  .object({
    id: Id,
    name: Name,
    owner: z.object({ login: Name }),
    default_branch: Name,
    archived: z.boolean(),
    private: z.boolean(),
  })
  .transform((one) => ({
    id: one.id,
    owner: one.owner.login,
    /** In the case GitHub stores it. */
    name: one.name,
    defaultBranch: one.default_branch,
    archived: one.archived,
    private: one.private,
  }));
export type Repository = z.output<typeof RepositoryShape>;

export const CommitShaShape = z.string().trim().pipe(GitSha);

const ObjectType = z.enum(['commit', 'tag', 'tree', 'blob']);
const GitObject = z.object({ type: ObjectType, sha: GitSha });

export const RefShape = z.object({ ref: Name, object: GitObject });
export const TagObjectShape = z.object({ sha: GitSha, tag: Name, message: z.string(), object: GitObject });

export const BranchShape = z.object({ name: Name, commit: z.object({ sha: GitSha }) });

export const AssetShape = z
  .object({
    id: Id,
    name: Name,
    label: Text,
    state: z.enum(['uploaded', 'open', 'starter']),
    content_type: z.string().max(1_000),
    size: z.int().min(0),
    digest: Text,
  })
  .transform((one) => ({
    id: one.id,
    /** As stored: GitHub renames what it does not like. */
    name: one.name,
    label: one.label,
    /** Only `uploaded` is complete; others are left by uploads that broke off. */
    state: one.state,
    contentType: one.content_type,
    sizeBytes: one.size,
    /** 64 hex digits, reckoned by GitHub; null where it has none (older servers and assets). */
    sha256: /^sha256:([0-9a-f]{64})$/.exec(one.digest ?? '')?.[1] ?? null,
  }));
export type Asset = z.output<typeof AssetShape>;

export const ReleaseShape = z
  .object({
    id: Id,
    tag_name: z.string().max(1_000),
    target_commitish: z.string().max(1_000),
    name: Text,
    body: Text,
    draft: z.boolean(),
    prerelease: z.boolean(),
    html_url: z.string().max(4_000),
    created_at: Time,
    published_at: Time.nullable(),
  })
  .transform((one) => ({
    id: one.id,
    tagName: one.tag_name,
    targetCommitish: one.target_commitish,
    name: one.name,
    body: one.body,
    draft: one.draft,
    prerelease: one.prerelease,
    /** For people to open; nothing here ever requests it. */
    htmlUrl: one.html_url,
    createdAt: one.created_at,
    publishedAt: one.published_at,
  }));
export type Release = z.output<typeof ReleaseShape>;

const PullEnd = z
  .object({
    ref: Name,
    sha: GitSha,
    repo: z.object({ id: Id, full_name: Name }).nullable(),
  })
  .transform((end) => ({
    /** The branch, without `refs/heads/`. */
    ref: end.ref,
    sha: end.sha,
    /** Null when the fork it came from is gone. */
    repositoryId: end.repo?.id ?? null,
    repositoryFullName: end.repo?.full_name ?? null,
  }));

export const PullShape = z
  .object({
    id: Id,
    number: Id,
    state: z.enum(['open', 'closed']),
    title: z.string(),
    body: Text,
    draft: z.boolean().optional(),
    merged_at: Time.nullable(),
    html_url: z.string().max(4_000),
    head: PullEnd,
    base: PullEnd,
  })
  .transform((one) => ({
    id: one.id,
    number: one.number,
    state: one.state,
    title: one.title,
    body: one.body,
    draft: one.draft ?? false,
    mergedAt: one.merged_at,
    /** For people to open; nothing here ever requests it. */
    htmlUrl: one.html_url,
    head: one.head,
    base: one.base,
  }));
export type Pull = z.output<typeof PullShape>;
