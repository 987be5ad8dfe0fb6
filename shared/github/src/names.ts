import {
  AssetName,
  Digest,
  GitSha,
  limits,
  MediaType,
  RepositoryName,
  RepositoryOwner,
} from '@marketops/contracts';
import { GitHubError } from './errors.js';

/** A repository by name. GitHub looks it up without regard to case. */
export interface RepositoryAt {
  readonly owner: string;
  readonly name: string;
}

function refuse(what: string, value: unknown, why: string): never {
  const shown = JSON.stringify(value)?.slice(0, 100);
  throw new GitHubError('validation_failed', `Refused before any request: ${what} ${shown} ${why}.`);
}

/*
 * What goes into a path is checked here, before a URL is built. Octokit encodes a slash but not a dot, so `..` as a
 * repository's name would climb to another endpoint: with a write, to another effect.
 */

/** Octokit's parameters for a repository. Throws `validation_failed` for names GitHub cannot have. */
export function repositoryParameters(at: RepositoryAt): { owner: string; repo: string } {
  if (!RepositoryOwner.safeParse(at.owner).success) refuse('owner', at.owner, 'is not a GitHub account name');
  if (!RepositoryName.safeParse(at.name).success) refuse('repository', at.name, 'is not a repository name');
  return { owner: at.owner, repo: at.name };
}

// git-check-ref-format: what git itself refuses in a ref.
// biome-ignore lint/suspicious/noControlCharactersInRegex: git refuses these characters
const forbidden = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{/;

/** A branch, tag or `heads/…` name that git accepts. More is up to the caller; less would change the URL's meaning. */
export function checkedRef(what: string, name: string): string {
  const parts = name.split('/');
  const odd = (part: string): boolean =>
    part === '' || part.startsWith('.') || part.endsWith('.') || part.endsWith('.lock');
  if (name.length > 500 || !name.isWellFormed() || forbidden.test(name) || name === '@' || parts.some(odd)) {
    refuse(what, name, 'is not a git ref name');
  }
  return name;
}

export function checkedSha(sha: string): string {
  if (!GitSha.safeParse(sha).success) refuse('sha', sha, 'is not a full commit SHA');
  return sha;
}

/** Ids and pull request numbers. */
export function checkedId(what: string, id: number): number {
  if (!Number.isSafeInteger(id) || id < 1) refuse(what, id, 'is not a positive integer');
  return id;
}

/** `owner:branch`. GitHub ignores a filter of another form and answers with every pull request. */
export function checkedHead(head: string): { owner: string; branch: string } {
  const colon = head.indexOf(':');
  const owner = head.slice(0, Math.max(colon, 0));
  if (!RepositoryOwner.safeParse(owner).success) refuse('head', head, 'is not owner:branch');
  return { owner, branch: checkedRef('head branch', head.slice(colon + 1)) };
}

/** An asset before its upload: what is not exactly so could not be compared with what GitHub stores. */
export function checkedAsset<Asset extends AssetTerms>(asset: Asset): Asset {
  if (!AssetName.safeParse(asset.name).success) refuse('asset', asset.name, 'is a name GitHub would change');
  if (!MediaType.safeParse(asset.contentType).success) refuse('type', asset.contentType, 'is no media type');
  if (!Digest.safeParse(asset.sha256).success) refuse('digest', asset.sha256, 'is not SHA-256 in hex');
  const size = checkedId('asset size', asset.sizeBytes);
  if (size > limits.assetBytesMax) refuse('asset size', size, `is more than ${limits.assetBytesMax}`);
  return asset;
}

interface AssetTerms {
  readonly name: string;
  readonly contentType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}
