import { type Need, need } from './access/permissions.js';
import type { Endpoint, RepositoryEndpoint } from './call.js';
import { getRateLimit, getUser } from './endpoints/account.js';
import { getApp, getInstallation, getRepositoryInstallation, postAccessToken } from './endpoints/apps.js';
import { getComparison } from './endpoints/compare.js';
import { deleteRef, getRef, getTagObject, matchingRefs, postRef, postTagObject } from './endpoints/git.js';
import { getIssueLabels, getLabel, postIssueLabels } from './endpoints/labels.js';
import { getPull, getPulls, patchPull, postPull } from './endpoints/pulls.js';
import {
  deleteReleaseAsset,
  getReleaseAsset,
  getReleaseAssets,
  postReleaseAsset,
} from './endpoints/release-assets.js';
import {
  deleteRelease,
  getLatestRelease,
  getRelease,
  getReleaseByTag,
  getReleases,
  patchRelease,
  postRelease,
} from './endpoints/releases.js';
import {
  getBranch,
  getCommit,
  getImmutableReleases,
  getRepository,
  getTags,
} from './endpoints/repositories.js';
import {
  getCollaborator,
  getRequestedReviewers,
  getReviews,
  postRequestedReviewers,
} from './endpoints/reviewers.js';
import { inRepository } from './repository-access.js';

export interface Route {
  readonly method: string;
  /** As GitHub's OpenAPI description writes it; a star marks a parameter that may hold slashes. */
  readonly template: string;
  readonly endpoint: Endpoint;
  /** Whether it belongs to the uploads host. */
  readonly uploads: boolean;
  /** Whether it searches, and so may lag behind a write for a while. */
  readonly list: boolean;
}

const route = (method: string, template: string, endpoint: Endpoint): Route => ({
  ...{ method, template, endpoint },
  uploads: false,
  list: false,
});
const inRepo = (method: string, rest: string, wanted: Need, endpoint: RepositoryEndpoint): Route =>
  route(method, `/repos/{owner}/{repo}${rest}`, inRepository(wanted, endpoint));
const list = (rest: string, wanted: Need, endpoint: RepositoryEndpoint): Route => ({
  ...inRepo('GET', rest, wanted, endpoint),
  list: true,
});

/*
 * What each needs is GitHub's: "Permissions required for fine-grained personal access tokens", which are those of an
 * App's installation too.
 */
const metadata = need('read', 'metadata');
const contents = need('read', 'contents');
const contentsWrite = need('write', 'contents');
const pulls = need('read', 'pull_requests');
const pullsWrite = need('write', 'pull_requests');
const issues = need('read', 'issues', 'pull_requests');
const issuesWrite = need('write', 'issues', 'pull_requests');

/** Everything simulated. The first route that fits answers, so fixed words stand before parameters. */
export const routes: readonly Route[] = [
  route('GET', '/user', getUser),
  route('GET', '/rate_limit', getRateLimit),
  route('GET', '/app', getApp),
  route('GET', '/app/installations/{installation_id}', getInstallation),
  route('POST', '/app/installations/{installation_id}/access_tokens', postAccessToken),
  route('GET', '/repos/{owner}/{repo}/installation', getRepositoryInstallation),
  inRepo('GET', '', metadata, getRepository),
  inRepo('GET', '/collaborators/{username}', metadata, getCollaborator),
  inRepo('GET', '/immutable-releases', need('read', 'administration'), getImmutableReleases),
  inRepo('GET', '/commits/{ref*}', contents, getCommit),
  inRepo('GET', '/compare/{basehead*}', contents, getComparison),
  inRepo('GET', '/branches/{branch*}', contents, getBranch),
  list('/tags', metadata, getTags),
  inRepo('GET', '/git/ref/{ref*}', contents, getRef),
  list('/git/matching-refs/{ref*}', contents, matchingRefs),
  inRepo('POST', '/git/refs', contentsWrite, postRef),
  inRepo('DELETE', '/git/refs/{ref*}', contentsWrite, deleteRef),
  inRepo('GET', '/git/tags/{tag_sha}', contents, getTagObject),
  inRepo('POST', '/git/tags', contentsWrite, postTagObject),
  list('/releases', contents, getReleases),
  inRepo('POST', '/releases', contentsWrite, postRelease),
  inRepo('GET', '/releases/latest', contents, getLatestRelease),
  inRepo('GET', '/releases/tags/{tag*}', contents, getReleaseByTag),
  inRepo('GET', '/releases/assets/{asset_id}', contents, getReleaseAsset),
  inRepo('DELETE', '/releases/assets/{asset_id}', contentsWrite, deleteReleaseAsset),
  inRepo('GET', '/releases/{release_id}', contents, getRelease),
  inRepo('PATCH', '/releases/{release_id}', contentsWrite, patchRelease),
  inRepo('DELETE', '/releases/{release_id}', contentsWrite, deleteRelease),
  list('/releases/{release_id}/assets', contents, getReleaseAssets),
  { ...inRepo('POST', '/releases/{release_id}/assets', contentsWrite, postReleaseAsset), uploads: true },
  inRepo('GET', '/labels/{name}', issues, getLabel),
  list('/issues/{issue_number}/labels', issues, getIssueLabels),
  inRepo('POST', '/issues/{issue_number}/labels', issuesWrite, postIssueLabels),
  list('/pulls', pulls, getPulls),
  inRepo('POST', '/pulls', pullsWrite, postPull),
  inRepo('GET', '/pulls/{pull_number}', pulls, getPull),
  inRepo('PATCH', '/pulls/{pull_number}', pullsWrite, patchPull),
  inRepo('GET', '/pulls/{pull_number}/requested_reviewers', pulls, getRequestedReviewers),
  inRepo('POST', '/pulls/{pull_number}/requested_reviewers', pullsWrite, postRequestedReviewers),
  list('/pulls/{pull_number}/reviews', pulls, getReviews),
];
