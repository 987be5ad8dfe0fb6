import { setMaxListeners } from 'node:events';
import { createApi } from './api.js';
import { checkedUserAgent } from './names.js';
import type { GitHubReads } from './ports/reads.js';
import type { GitHubWrites } from './ports/writes.js';
import { accountReads } from './reads/account.js';
import { comparisonReads } from './reads/comparisons.js';
import { pullReads } from './reads/pulls.js';
import { releaseReads } from './reads/releases.js';
import { repositoryReads } from './reads/repositories.js';
import { reviewReads } from './reads/reviews.js';
import { tagReads } from './reads/tags.js';
import type { RequestObserver } from './transport/observing.js';
import { originsOf } from './transport/origins.js';
import type { ReadCache } from './transport/read-cache.js';
import { type TokenProvider, tokenSource } from './transport/tokens.js';
import { redactor, scrubber } from './words.js';
import { assetWrites } from './writes/assets.js';
import { pullCompletionWrites } from './writes/pull-completion.js';
import { pullWrites } from './writes/pulls.js';
import { releaseWrites } from './writes/releases.js';
import { tagWrites } from './writes/tags.js';

export type GitHubClient = GitHubReads & GitHubWrites;

export interface GitHubClientOptions {
  /** `https://api.github.com`, or another server's API. Plain http on loopback only. */
  readonly apiUrl: string;
  /** Where assets go. By default as `originsOf` says. */
  readonly uploadUrl?: string;
  /** Fixed, or asked for before every request: see TokenProvider. It goes to the two origins only. */
  readonly token: string | TokenProvider;
  readonly userAgent: string;
  /** For a whole exchange; while an asset is sent, without progress. 10,000 by default. */
  readonly requestTimeoutMs?: number;
  /** For one asset as a whole. 600,000 by default. */
  readonly uploadTimeoutMs?: number;
  /** 10 MiB by default. */
  readonly responseBytesMax?: number;
  /** The kill switch: asked right before each mutating request. What it throws stops that request (`aborted`). */
  readonly beforeWrite?: () => Promise<void> | void;
  /** Sees every request: the place for budgets. */
  readonly observer?: RequestObserver;
  /** Makes reads conditional. One for all clients of a process; without it every read is answered in full. */
  readonly cache?: ReadCache;
  /** Stops everything in flight and to come (`aborted`). */
  readonly signal?: AbortSignal;
}

/**
 * A client for one account. Cheap to make: connections are shared by all clients of the process, so one may be made
 * per execution, with that execution's signal and kill switch. Throws GitHubError for options that are unsafe.
 */
export function createGitHubClient(options: GitHubClientOptions): GitHubClient {
  // Every request in flight listens; a bulk of them is no leak.
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  const requestTimeoutMs = options.requestTimeoutMs ?? 10_000;
  // A provider may have to make two requests of its own, with the same limit.
  const tokens = tokenSource(options.token, requestTimeoutMs * 3);
  const redact = redactor(tokens.known);
  const api = createApi({
    origins: originsOf(options.apiUrl, options.uploadUrl),
    tokens,
    userAgent: checkedUserAgent(options.userAgent),
    requestTimeoutMs,
    uploadTimeoutMs: options.uploadTimeoutMs ?? 600_000,
    responseBytesMax: options.responseBytesMax ?? 10_485_760,
    beforeWrite: options.beforeWrite,
    observer: options.observer,
    cache: options.cache,
    signal: options.signal,
    redact,
    scrub: scrubber(redact),
  });
  return Object.freeze({
    ...{ ...repositoryReads(api), ...comparisonReads(api), ...tagReads(api), ...releaseReads(api) },
    ...{ ...pullReads(api), ...reviewReads(api), ...accountReads(api) },
    ...{ ...tagWrites(api), ...releaseWrites(api), ...assetWrites(api), ...pullWrites(api) },
    ...pullCompletionWrites(api),
  });
}
