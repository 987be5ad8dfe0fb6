import { commitsAhead } from '../domain/git.js';
import type { Label, Pull, PullEnd, Repository, Review, Team } from '../domain/model.js';
import { nodeId, renderAccount } from './account.js';
import { renderRepository, repositoryApi, repositoryHtml } from './repository.js';

const renderEnd = (url: string, end: PullEnd) => ({
  label: `${end.repository.owner.login}:${end.branch}`,
  ref: end.branch,
  sha: end.sha,
  user: renderAccount(url, end.repository.owner),
  repo: renderRepository(url, end.repository),
});

/** GitHub's `label`. */
export const renderLabel = (url: string, repository: Repository, label: Label) => ({
  id: label.id,
  node_id: nodeId('Label', label.id),
  url: `${repositoryApi(url, repository)}/labels/${encodeURIComponent(label.name)}`,
  name: label.name,
  color: label.color,
  default: false,
  description: label.description,
});

/** GitHub's `team`. */
export function renderTeam(url: string, repository: Repository, team: Team) {
  const api = `${url}/organizations/${repository.owner.id}/team/${team.id}`;
  return {
    id: team.id,
    node_id: nodeId('Team', team.id),
    name: team.slug,
    slug: team.slug,
    description: null,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    url: api,
    html_url: `${url}/orgs/${repository.owner.login}/teams/${team.slug}`,
    members_url: `${api}/members{/member}`,
    repositories_url: `${api}/repos`,
    type: 'organization',
    parent: null,
  };
}

/** The same as it stands in a single pull request, where GitHub's description names no parent. */
function renderSimpleTeam(url: string, repository: Repository, team: Team) {
  const { parent: _, ...rest } = renderTeam(url, repository, team);
  return rest;
}

/** GitHub's `pull-request-review`. */
export function renderReview(url: string, repository: Repository, pull: Pull, review: Review) {
  const { url: self, html_url } = pullLinks(url, repository, pull);
  const html = `${html_url}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: renderAccount(url, review.user),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: self,
    author_association: 'COLLABORATOR',
    _links: { html: { href: html }, pull_request: { href: self } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
  };
}

function pullLinks(url: string, repository: Repository, pull: Pull) {
  const api = repositoryApi(url, repository);
  const self = `${api}/pulls/${pull.number}`;
  const html = `${repositoryHtml(url, repository)}/pull/${pull.number}`;
  return {
    url: self,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: `${api}/issues/${pull.number}`,
    commits_url: `${self}/commits`,
    review_comments_url: `${self}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${pull.number}/comments`,
    statuses_url: `${api}/statuses/${pull.head.sha}`,
  };
}

/** GitHub's `pull-request-simple`, as lists hold it. */
export function renderSimplePull(url: string, repository: Repository, pull: Pull) {
  const links = pullLinks(url, repository, pull);
  return {
    ...links,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: renderAccount(url, pull.author),
    body: pull.body,
    labels: pull.labels.map((label) => ({
      ...renderLabel(url, repository, label),
      // Within a pull request GitHub's description knows no null here.
      description: label.description ?? '',
    })),
    milestone: null,
    active_lock_reason: null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.sha ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: pull.requestedReviewers.map((user) => renderAccount(url, user)),
    requested_teams: pull.requestedTeams.map((team) => renderTeam(url, repository, team)),
    head: renderEnd(url, pull.head),
    base: renderEnd(url, pull.base),
    _links: {
      self: { href: links.url },
      html: { href: links.html_url },
      issue: { href: links.issue_url },
      comments: { href: links.comments_url },
      review_comments: { href: links.review_comments_url },
      review_comment: { href: links.review_comment_url },
      commits: { href: links.commits_url },
      statuses: { href: links.statuses_url },
    },
    author_association: 'CONTRIBUTOR',
    auto_merge: null,
    draft: pull.draft,
  };
}

/** GitHub's `pull-request`, as a single one is answered. */
export function renderPull(url: string, repository: Repository, pull: Pull) {
  return {
    ...renderSimplePull(url, repository, pull),
    requested_teams: pull.requestedTeams.map((team) => renderSimpleTeam(url, repository, team)),
    merged: pull.merged !== null,
    mergeable: pull.state === 'open' ? true : null,
    rebaseable: pull.state === 'open' ? true : null,
    mergeable_state: 'clean',
    merged_by: pull.merged === null ? null : renderAccount(url, pull.merged.by),
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: commitsAhead(repository.objects, pull.base.sha, pull.head.sha),
    additions: 0,
    deletions: 0,
    changed_files: 0,
  };
}
