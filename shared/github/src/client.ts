import { setMaxListeners } from 'node:events';
import { createApi } from './api.js';
import { GitHubError } from './errors.js';
import type { GitHubReads } from './ports/reads.js';
import type { GitHubWrites } from './ports/writes.js';
import { pullReads } from './reads/pulls.js';
import { releaseReads } from './reads/releases.js';
import { repositoryReads } from './reads/repositories.js';
import { tagReads } from './reads/tags.js';
import { originsOf } from './transport/origins.js';
import { scrubber } from './words.js';
import { assetWrites } from './writes/assets.js';
import { pullWrites } from './writes/pulls.js';
import { releaseWrites } from './writes/releases.js';
import { tagWrites } from './writes/tags.js';

export type GitHubClient = GitHubReads & GitHubWrites;

export interface GitHubClientOptions {
  /** `https://api.github.com`, or another server's API. Plain http on loopback only. */
  readonly apiUrl: string;
  /** Where assets go. By default as `originsOf` says. */
  readonly uploadUrl?: string;
  readonly token: string;
  readonly userAgent: string;
  /** For a whole exchange; while an asset is sent, without progress. 10,000 by default. */
  readonly requestTimeoutMs?: number;
  /** For one asset as a whole. 600,000 by default. */
  readonly uploadTimeoutMs?: number;
  /** 10 MiB by default. */
  readonly responseBytesMax?: number;
  /** The kill switch: asked right before each mutating request. What it throws stops that request (`aborted`). */
  readonly beforeWrite?: () => Promise<void> | void;
  /** Stops everything in flight and to come (`aborted`). */
  readonly signal?: AbortSignal;
}

/** One visible ASCII word: anything else would not be a token, or would break out of its header. */
function checkedToken(token: string): string {
  if (/^[\x21-\x7e]{4,1000}$/.test(token)) return token;
  throw new GitHubError('unauthorized', 'The token is missing, too short, or holds characters no token has.');
}

/**
 * A client for one account. Cheap to make: connections are shared by all clients of the process, so one may be made
 * per execution, with that execution's signal and kill switch. Throws GitHubError for options that are unsafe.
 */
export function createGitHubClient(options: GitHubClientOptions): GitHubClient {
  const token = checkedToken(options.token);
  if (!/^[\x20-\x7e]{1,256}$/.test(options.userAgent)) {
    throw new GitHubError('validation_failed', 'The user agent must be 1–256 printable ASCII characters.');
  }
  // Every request in flight listens; a bulk of them is no leak.
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  const api = createApi({
    origins: originsOf(options.apiUrl, options.uploadUrl),
    token,
    userAgent: options.userAgent,
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
    uploadTimeoutMs: options.uploadTimeoutMs ?? 600_000,
    responseBytesMax: options.responseBytesMax ?? 10_485_760,
    beforeWrite: options.beforeWrite,
    signal: options.signal,
    scrub: scrubber(token),
  });
  return Object.freeze({
    ...{ ...repositoryReads(api), ...tagReads(api), ...releaseReads(api), ...pullReads(api) },
    ...{ ...tagWrites(api), ...releaseWrites(api), ...assetWrites(api), ...pullWrites(api) },
  });
}
