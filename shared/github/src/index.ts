export { type AppTokens, type AppTokensOptions, createAppTokens } from './app/app-tokens.js';
export type { TokenScope } from './app/installation.js';
export {
  type AppInstallations,
  type AppInstallationsOptions,
  createAppInstallations,
  type LiveAppKey,
  underKey,
} from './app/installations.js';
export { createGitHubClient, type GitHubClient, type GitHubClientOptions } from './client.js';
export {
  type FieldFault,
  GitHubError,
  type GitHubErrorCode,
  type GitHubErrorDetails,
  isAlreadyThere,
} from './errors.js';
export type { RepositoryAt } from './names.js';
export type {
  Comparison,
  GitHubReads,
  MergedPullListing,
  PullFilter,
  PullListing,
  Ref,
  Tag,
} from './ports/reads.js';
export type {
  GitHubWrites,
  NewAsset,
  NewPull,
  NewRelease,
  NewReviewers,
  NewTagObject,
} from './ports/writes.js';
export { readsOnly } from './reads-only.js';
export type { PermissionLevel, Permissions } from './shapes/apps.js';
export type { Label, Pull, RequestedReviewers, Review } from './shapes/pulls.js';
export type { RateLimitBudget } from './shapes/rate-limits.js';
export type { Asset, Release } from './shapes/releases.js';
export type { Commit, NamedTag, Repository } from './shapes/repositories.js';
export type { PlannedRequest, RequestObserver, RequestOutcome } from './transport/observing.js';
export type { Headers, RateLimitView } from './transport/rate-limit.js';
export { createReadCache, type ReadCache, type ReadCacheOptions } from './transport/read-cache.js';
export type { TokenProvider } from './transport/tokens.js';
