import type { Endpoint, RepositoryEndpoint } from './call.js';
import { getRateLimit, getUser } from './endpoints/account.js';
import { getRef, getTagObject, matchingRefs, postRef, postTagObject } from './endpoints/git.js';
import { getPull, getPulls, postPull } from './endpoints/pulls.js';
import {
  deleteReleaseAsset,
  getReleaseAsset,
  getReleaseAssets,
  postReleaseAsset,
} from './endpoints/release-assets.js';
import {
  getLatestRelease,
  getRelease,
  getReleaseByTag,
  getReleases,
  patchRelease,
  postRelease,
} from './endpoints/releases.js';
import { getBranch, getCommit, getRepository } from './endpoints/repositories.js';
import { inRepository } from './repository-access.js';

export interface Route {
  readonly method: string;
  /** As GitHub's OpenAPI description writes it; a star marks a parameter that may hold slashes. */
  readonly template: string;
  readonly endpoint: Endpoint;
  /** Whether it belongs to the uploads host. */
  readonly uploads: boolean;
}

const route = (method: string, template: string, endpoint: Endpoint): Route => ({
  ...{ method, template, endpoint },
  uploads: false,
});
const inRepo = (method: string, rest: string, endpoint: RepositoryEndpoint): Route =>
  route(method, `/repos/{owner}/{repo}${rest}`, inRepository(endpoint));

/** Everything simulated. The first route that fits answers, so fixed words stand before parameters. */
export const routes: readonly Route[] = [
  route('GET', '/user', getUser),
  route('GET', '/rate_limit', getRateLimit),
  inRepo('GET', '', getRepository),
  inRepo('GET', '/commits/{ref*}', getCommit),
  inRepo('GET', '/branches/{branch*}', getBranch),
  inRepo('GET', '/git/ref/{ref*}', getRef),
  inRepo('GET', '/git/matching-refs/{ref*}', matchingRefs),
  inRepo('POST', '/git/refs', postRef),
  inRepo('GET', '/git/tags/{tag_sha}', getTagObject),
  inRepo('POST', '/git/tags', postTagObject),
  inRepo('GET', '/releases', getReleases),
  inRepo('POST', '/releases', postRelease),
  inRepo('GET', '/releases/latest', getLatestRelease),
  inRepo('GET', '/releases/tags/{tag*}', getReleaseByTag),
  inRepo('GET', '/releases/assets/{asset_id}', getReleaseAsset),
  inRepo('DELETE', '/releases/assets/{asset_id}', deleteReleaseAsset),
  inRepo('GET', '/releases/{release_id}', getRelease),
  inRepo('PATCH', '/releases/{release_id}', patchRelease),
  inRepo('GET', '/releases/{release_id}/assets', getReleaseAssets),
  { ...inRepo('POST', '/releases/{release_id}/assets', postReleaseAsset), uploads: true },
  inRepo('GET', '/pulls', getPulls),
  inRepo('POST', '/pulls', postPull),
  inRepo('GET', '/pulls/{pull_number}', getPull),
];
