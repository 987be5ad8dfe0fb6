export { type ClientOptions, createMarketOpsClient, type MarketOpsClient } from './client.js';
export { type Followed, type FollowOptions, followEvents } from './follow.js';
export { ProblemError, unwrap } from './problem.js';
export type { components, operations, paths } from './schema.js';
export type * from './shapes.js';
