import { type ProvidedRedis, testRedis } from '@marketops/local';
import { afterEach } from 'vitest';
import { eventStoreContract } from '../contract/event-store.contract.js';
import type { EventStore } from '../port.js';
import { connectRedis } from './connection.js';
import { openRedisStore } from './redis-store.js';

let redis: ProvidedRedis;
const open: EventStore[] = [];

eventStoreContract('Redis', {
  open: async () => {
    redis = await testRedis();
  },
  fresh: async () => {
    const admin = connectRedis(redis.url);
    await admin.flushdb();
    admin.disconnect();
    const store = openRedisStore(redis.url);
    open.push(store);
    return store;
  },
  close: () => redis.stop(),
});

afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
});
