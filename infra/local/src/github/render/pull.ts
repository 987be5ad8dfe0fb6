import { commitsAhead } from '../domain/git.js';
import type { Pull, PullEnd, Repository } from '../domain/model.js';
import { nodeId, renderAccount } from './account.js';
import { renderRepository, repositoryApi, repositoryHtml } from './repository.js';

const renderEnd = (url: string, end: PullEnd) => ({
  label: `${end.repository.owner.login}:${end.branch}`,
  ref: end.branch,
  sha: end.sha,
  user: renderAccount(url, end.repository.owner),
  repo: renderRepository(url, end.repository),
});

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
    labels: [],
    milestone: null,
    active_lock_reason: null,
    created_at: pull.createdAt,
    updated_at: pull.closedAt ?? pull.createdAt,
    closed_at: pull.closedAt,
    merged_at: null,
    merge_commit_sha: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
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
    merged: false,
    mergeable: pull.state === 'open' ? true : null,
    rebaseable: pull.state === 'open' ? true : null,
    mergeable_state: 'clean',
    merged_by: null,
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: commitsAhead(repository.objects, pull.base.sha, pull.head.sha),
    additions: 0,
    deletions: 0,
    changed_files: 0,
  };
}
