export { createGitHubClient, type GitHubClient, type GitHubClientOptions } from './client.js';
export {
  type FieldFault,
  GitHubError,
  type GitHubErrorCode,
  type GitHubErrorDetails,
  isAlreadyThere,
} from './errors.js';
export type { RepositoryAt } from './names.js';
export type { GitHubReads, PullFilter, Tag } from './ports/reads.js';
export type { GitHubWrites, NewAsset, NewPull, NewRelease, NewTagObject } from './ports/writes.js';
export { readsOnly } from './reads-only.js';
export type { Asset, Pull, Release, Repository } from './shapes.js';
