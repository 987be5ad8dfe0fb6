import { GitSha } from '@marketops/contracts';
import { z } from 'zod';
import { Id, Link, Login, Name, Text, Time } from './values.js';

/** A repository: its id, and its name as it is now. Both null when the fork is gone. */
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

const Users = z.array(z.object({ login: Name })).max(1_000);
const Teams = z.array(z.object({ slug: Name })).max(1_000);

export const PullShape = z
  .object({
    id: Id,
    number: Id,
    state: z.enum(['open', 'closed']),
    title: z.string(),
    body: Text,
    draft: z.boolean().optional(),
    user: Login,
    created_at: Time,
    updated_at: Time,
    merged_at: Time.nullable(),
    merge_commit_sha: Text,
    html_url: Link,
    head: PullEnd,
    base: PullEnd,
    labels: z.array(z.object({ name: Name })).max(1_000),
    requested_reviewers: Users.nullish(),
    requested_teams: Teams.nullish(),
  })
  .transform((one) => ({
    id: one.id,
    number: one.number,
    state: one.state,
    title: one.title,
    body: one.body,
    draft: one.draft ?? false,
    authorLogin: one.user,
    createdAt: one.created_at,
    updatedAt: one.updated_at,
    mergedAt: one.merged_at,
    /** What merging made of it, once it is merged; before, a trial merge of GitHub's. */
    mergeCommitSha: one.merge_commit_sha,
    htmlUrl: one.html_url,
    head: one.head,
    base: one.base,
    /** Names, in the case the labels have. */
    labels: one.labels.map(({ name }) => name),
    /** Logins of those asked and not yet answering: a review given takes its author out. */
    requestedReviewers: (one.requested_reviewers ?? []).map(({ login }) => login),
    /** Slugs. */
    requestedTeams: (one.requested_teams ?? []).map(({ slug }) => slug),
  }));
export type Pull = z.output<typeof PullShape>;

export const RequestedReviewersShape = z.object({ users: Users, teams: Teams }).transform((one) => ({
  reviewers: one.users.map(({ login }) => login),
  teams: one.teams.map(({ slug }) => slug),
}));
export type RequestedReviewers = z.output<typeof RequestedReviewersShape>;

export const ReviewShape = z
  .object({
    id: Id,
    user: Login,
    state: Name,
    commit_id: Text,
    submitted_at: Time.nullish(),
  })
  .transform((one) => ({
    id: one.id,
    reviewer: one.user,
    /** `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED` or `PENDING`. */
    state: one.state,
    /** The commit that was reviewed; null when it is gone. */
    commitSha: one.commit_id,
    submittedAt: one.submitted_at ?? null,
  }));
export type Review = z.output<typeof ReviewShape>;

export const LabelShape = z
  .object({ id: Id, name: Name, color: z.string().max(100), description: Text })
  .transform((one) => ({
    id: one.id,
    /** In the case GitHub stores it. */
    name: one.name,
    color: one.color,
    description: one.description,
  }));
export type Label = z.output<typeof LabelShape>;
