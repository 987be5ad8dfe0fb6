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
  const odd = (part: string): boolean => part === '' || part.startsWith('.') || part.endsWith('.lock');
  const oddWhole = name === '@' || name.endsWith('.') || name.length > 500;
  if (oddWhole || !name.isWellFormed() || forbidden.test(name) || parts.some(odd)) {
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

/**
 * An answer must be about what was asked: a proxy's mistake would be taken for a state of ours.
 * @param written whether the question was a write, which may have happened
 */
export function answeredFor<Found>(
  what: string,
  asked: number,
  found: Found,
  numberOf: (found: Found) => number,
  written = false,
): Found {
  const number = numberOf(found);
  if (number === asked) return found;
  const message = `Asked for ${what} ${asked}, GitHub answered for ${number}.`;
  throw new GitHubError('invalid_response', message, { uncertain: written });
}

/** `owner:branch`. GitHub ignores a filter of another form and answers with every pull request. */
export function checkedHead(head: string): { owner: string; branch: string } {
  const colon = head.indexOf(':');
  const owner = head.slice(0, Math.max(colon, 0));
  if (!RepositoryOwner.safeParse(owner).success) refuse('head', head, 'is not owner:branch');
  return { owner, branch: checkedRef('head branch', head.slice(colon + 1)) };
}

/** A ref, or `owner:branch` of another repository in the network: an end of a comparison. */
export function checkedEnd(what: string, end: string): string {
  if (!end.includes(':')) return checkedRef(what, end);
  const { owner, branch } = checkedHead(end);
  return `${owner}:${branch}`;
}

/** The beginning of refs: `tags/`, `tags/v1.`, `heads/release/`. */
export function checkedBeginning(beginning: string): string {
  const [, kind = '', rest = ''] = /^(heads|tags)\/(.*)$/s.exec(beginning) ?? [];
  if (kind === '') refuse('beginning', beginning, 'is below neither heads/ nor tags/');
  // A whole name where the text ends in the middle of one.
  checkedRef('beginning', `${kind}/${/(^|[/.])$/.test(rest) ? `${rest}x` : rest}`);
  return beginning;
}

/** A person's login; an App's has a suffix, `renovate[bot]`. */
export function checkedLogin(login: string): string {
  const plain = login.replace(/\[bot\]$/, '');
  if (!RepositoryOwner.safeParse(plain).success) refuse('login', login, 'is not a GitHub account name');
  return login;
}

export function checkedTeam(slug: string): string {
  if (!/^[a-z0-9_-]{1,200}$/i.test(slug)) refuse('team', slug, 'is not the slug of a team');
  return slug;
}

/** A label's name is free text of up to 50 characters; as a part of a path it must not be read as a way up. */
export function checkedLabel(name: string): string {
  const odd = name !== name.trim() || !name.isWellFormed() || /[\p{Cc}]/u.test(name);
  if (odd || name === '' || [...name].length > 50) refuse('label', name, 'is not the name of a label');
  if (name === '.' || name === '..') refuse('label', name, 'cannot be asked for in a URL');
  return name;
}

/** An RFC 3339 time, as milliseconds since 1970. */
export function checkedTime(time: string): number {
  const parsed = /^\d{4}-\d\d-\d\dT/.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(parsed)) refuse('time', time, 'is not an RFC 3339 time');
  return parsed;
}

/** A list of what is asked for, 1 to 100 in all. */
export function checkedCount(what: string, count: number): void {
  if (count < 1 || count > 100) refuse(what, count, 'is not between 1 and 100');
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

/** What this client calls itself; GitHub refuses requests without it. */
export function checkedUserAgent(userAgent: string): string {
  if (!/^[\x20-\x7e]{1,256}$/.test(userAgent)) {
    refuse('user agent', userAgent, 'is not 1–256 printable ASCII characters');
  }
  return userAgent;
}
