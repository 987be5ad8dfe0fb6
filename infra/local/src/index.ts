export * from './github/index.js';
export { LocalError, type LocalErrorCode } from './local-error.js';
export { plainEnvironment } from './plain-environment.js';
export { defaultCacheDir } from './redis/cache-dir.js';
export type { Patience } from './redis/kept-redis.js';
export {
  type Durability,
  type PrivateRedis,
  type PrivateRedisOptions,
  type ServerUsers,
  startPrivateRedis,
} from './redis/private-redis.js';
export { findRedisServer, type ProvideRedisOptions, provideRedis } from './redis/provide-redis.js';
export type { ProvidedRedis, RedisSource } from './redis/provided-redis.js';
export { withRedis } from './redis/readiness.js';
export type { RedisServer } from './redis/redis-server.js';
export { type TestRedisOptions, testRedis } from './redis/test-redis.js';
export { armWatchdog } from './watchdog.js';
