import type { Keyring } from '@marketops/contracts';
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

/** What is in Redis, whoever wrote it: nothing of it is verified. */
export interface Unverified {
  readonly url: string;
  readonly facts: RedisFacts;
  readonly store: EventStore;
  queue(name: string): Queue;
  close(): Promise<void>;
}

/** The streams and queues in Redis, read with the public keyring alone: reading takes no private key. */
export interface Live extends Unverified {
  /** Answers only with what is correctly signed. */
  readonly reader: VerifiedReader;
  readonly keyring: OpenKeyring;
}

/** @throws OperatorError `redis_unreachable` */
export async function connectLive(loaded: LoadedConfig, env: NodeJS.ProcessEnv): Promise<Live> {
  const place = redisPlace(loaded, env);
  const facts = await probeRedis(place);
  return withReader(openUnverified(place.url, facts), loaded.keyring);
}

/** Reads what is there as the keyring allows. */
export function withReader(unverified: Unverified, published: Keyring): Live {
  const keyring = openKeyring(nodeCrypto, published);
  const { store } = unverified;
  return { ...unverified, keyring, reader: createVerifiedReader({ store, crypto: nodeCrypto, keyring }) };
}

export function openUnverified(url: string, facts: RedisFacts): Unverified {
  const store = openRedisStore(url);
  const queues = new Map<string, Queue>();
  let connection: ReturnType<typeof connectRedis> | undefined;
  return {
    url,
    facts,
    store,
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
