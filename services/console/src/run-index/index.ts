export { RunIndexError, type RunIndexErrorCode } from './errors.js';
export * from './feed.js';
export type { FeedRequest } from './feed-reader.js';
export * from './open.js';
export * from './run-index.js';
export * from './run-row.js';
