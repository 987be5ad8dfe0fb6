export * from './appender.js';
export * from './blobs.js';
export * from './errors.js';
export type { LeaseAnswer, LeaseCall } from './lease.js';
export { openMemoryStore } from './memory/memory-store.js';
export * from './partition.js';
export * from './port.js';
export * from './reader.js';
export * from './rebuild-order.js';
export { type RedisCredentials, withCredentials } from './redis/address.js';
export { connectRedis, redisOptions } from './redis/connection.js';
export {
  acknowledgedChannel,
  acknowledgementKey,
  keyPatterns,
  newestWordPrefix,
  streamKey,
} from './redis/keys.js';
export { openRedisStore } from './redis/redis-store.js';
export {
  decodeRetired,
  encodeRetired,
  type RetiredRun,
  RunRetiredError,
  runOfStream,
} from './retired.js';
export type { RunKey, SealedValue } from './sealed/cipher.js';
export type { SealedBlobs } from './sealed/sealed-blobs.js';
export * from './segment.js';
