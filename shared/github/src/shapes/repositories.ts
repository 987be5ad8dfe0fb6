import { GitSha } from '@marketops/contracts';
import { z } from 'zod';
import { Id, Login, Name, Time } from './values.js';

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

export const NamedTagShape = z.object({ name: Name, commit: z.object({ sha: GitSha }) }).transform((one) => ({
  name: one.name,
  /** The commit behind it, annotated or not. */
  commitSha: one.commit.sha,
}));
export type NamedTag = z.output<typeof NamedTagShape>;

const Signature = z.object({ name: z.string().max(1_000).optional(), date: Time.optional() }).nullable();

const CommitShape = z
  .object({
    sha: GitSha,
    author: Login,
    commit: z.object({ message: z.string(), author: Signature, committer: Signature }),
    parents: z.array(z.object({ sha: GitSha })).max(1_000),
  })
  .transform((one) => ({
    sha: one.sha,
    message: one.commit.message,
    /** Null where GitHub knows no account for the author's address. */
    authorLogin: one.author,
    /** As the author wrote it: anything. */
    authorName: one.commit.author?.name ?? null,
    committedAt: one.commit.committer?.date ?? null,
    parentShas: one.parents.map(({ sha }) => sha),
  }));
export type Commit = z.output<typeof CommitShape>;

export const ComparisonShape = z
  .object({
    status: z.enum(['ahead', 'behind', 'identical', 'diverged']),
    ahead_by: z.int().min(0),
    behind_by: z.int().min(0),
    total_commits: z.int().min(0),
    base_commit: z.object({ sha: GitSha }),
    merge_base_commit: z.object({ sha: GitSha }),
    commits: z.array(CommitShape).max(100),
  })
  .transform((one) => ({
    status: one.status,
    aheadBy: one.ahead_by,
    behindBy: one.behind_by,
    totalCommits: one.total_commits,
    baseSha: one.base_commit.sha,
    mergeBaseSha: one.merge_base_commit.sha,
    commits: one.commits,
  }));
