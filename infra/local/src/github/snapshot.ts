import { fullName, type Repository } from './domain/model.js';
import { refreshPull } from './domain/pulls.js';
import type { GitHubState } from './state.js';

const releasesOf = (repository: Repository) =>
  [...repository.releases.values()].map((release) => ({
    id: release.id,
    tag_name: release.tagName,
    target_commitish: release.targetCommitish,
    name: release.name,
    body: release.body,
    draft: release.draft,
    prerelease: release.prerelease,
    immutable: release.immutable,
    latest: release.id === repository.latestReleaseId,
    published_at: release.publishedAt,
    assets: [...release.assets.values()].map((asset) => ({
      id: asset.id,
      name: asset.name,
      state: asset.state,
      content_type: asset.contentType,
      size: asset.bytes.length,
      sha256: asset.sha256,
    })),
  }));

const pullsOf = (repository: Repository) =>
  [...repository.pulls.values()].map(refreshPull).map((pull) => ({
    id: pull.id,
    number: pull.number,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    merged: pull.merged !== null,
    merge_commit_sha: pull.merged?.sha ?? null,
    labels: pull.labels.map((label) => label.name),
    requested_reviewers: pull.requestedReviewers.map((user) => user.login),
    requested_teams: pull.requestedTeams.map((team) => team.slug),
    reviews: pull.reviews.map((review) => ({ user: review.user.login, state: review.state })),
    head: { repository: fullName(pull.head.repository), ref: pull.head.branch, sha: pull.head.sha },
    base: { repository: fullName(pull.base.repository), ref: pull.base.branch, sha: pull.base.sha },
  }));

/** Everything stored, as plain JSON with GitHub's names: what GET /_sim/state answers. Asset bytes stay out. */
export function snapshot(state: GitHubState) {
  return {
    repositories: [...state.repositories.values()].map((repository) => ({
      id: repository.id,
      full_name: fullName(repository),
      fork_of: repository.parent === null ? null : fullName(repository.parent),
      default_branch: repository.defaultBranch,
      private: repository.private,
      archived: repository.archived,
      immutable_releases: repository.immutableReleases,
      labels: [...repository.labels.values()].map((label) => label.name),
      refs: Object.fromEntries(repository.refs),
      commits: [...repository.objects.commits.values()].map(({ sha, message, parents }) => ({
        sha,
        message,
        parents,
      })),
      tag_objects: [...repository.objects.tagObjects.values()],
      releases: releasesOf(repository),
      pulls: pullsOf(repository),
    })),
  };
}

export type Snapshot = ReturnType<typeof snapshot>;
