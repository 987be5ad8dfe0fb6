import type { LoadedConfig } from '@marketops/engine';
import { type OpenKeyring, openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import {
  connectRedis,
  createVerifiedReader,
  type EventStore,
  openRedisStore,
  type VerifiedReader,
} from '@marketops/store';
import { Queue } from 'bullmq';
import { probeRedis, type RedisFacts, redisPlace } from './redis-place.js';

/** The streams and queues in Redis, read with the public keyring alone: reading takes no private key. */
export interface Live {
  readonly url: string;
  readonly facts: RedisFacts;
  readonly store: EventStore;
  /** Answers only with what is correctly signed. */
  readonly reader: VerifiedReader;
  readonly keyring: OpenKeyring;
  queue(name: string): Queue;
  close(): Promise<void>;
}

/** @throws CliError `redis_unreachable` */
export async function connectLive(loaded: LoadedConfig, env: NodeJS.ProcessEnv): Promise<Live> {
  const place = redisPlace(loaded, env);
  const facts = await probeRedis(place);
  return openLive(loaded, place.url, facts);
}

export function openLive(loaded: LoadedConfig, url: string, facts: RedisFacts): Live {
  const store = openRedisStore(url);
  const keyring = openKeyring(nodeCrypto, loaded.keyring);
  const queues = new Map<string, Queue>();
  let connection: ReturnType<typeof connectRedis> | undefined;
  return {
    url,
    facts,
    store,
    keyring,
    reader: createVerifiedReader({ store, crypto: nodeCrypto, keyring }),
    queue(name) {
      const open = queues.get(name);
      if (open !== undefined) return open;
      connection ??= connectRedis(url);
      // Looking at a queue writes nothing into it.
      const queue = new Queue(name, { connection, skipVersionCheck: true, skipMetasUpdate: true });
      // Its commands report their own failures.
      queue.on('error', () => undefined);
      queues.set(name, queue);
      return queue;
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close().catch(() => undefined)));
      connection?.disconnect();
      await store.close();
    },
  };
}
