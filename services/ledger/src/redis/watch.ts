import type { Logger } from '@marketops/engine';
import { type Closed, type ComparePorts, compareWithRedis } from './compare.js';
import { readControls } from './controls.js';

export interface RedisWatch {
  /** Compares now and remembers what is closed. Calls that come while one runs share the next run. */
  compare(): Promise<void>;
  /** Takes the store's identity down as the one that has been compared. */
  remember(): Promise<void>;
  /** Whether the identity is another than before, or a control key is gone; if so, Redis has been compared. */
  changed(): Promise<boolean>;
  closed(): Closed;
}

/**
 * Notices when Redis may have lost data: a restart, a failover, a restore changes its identity. FLUSHALL or a DEL does
 * not, but takes control keys along, and nobody but the ledger ever misses one.
 */
export function watchRedis(ports: ComparePorts & { readonly log: Logger }): RedisWatch {
  const { store, log } = ports;
  let identity: string | undefined;
  let closed: Closed = new Map();
  let last: Promise<void> = Promise.resolve();
  let queued: Promise<void> | undefined;

  const compareOnce = async (): Promise<void> => {
    queued = undefined;
    closed = await compareWithRedis(ports);
    if (closed.size === 0) return;
    log.error(
      { partitions: Object.fromEntries(closed) },
      `${closed.size} partitions are closed; the ledger serves the others`,
    );
  };
  const compare = (): Promise<void> => {
    queued ??= last.catch(() => undefined).then(compareOnce);
    last = queued;
    return queued;
  };

  return {
    compare,
    closed: () => closed,
    remember: async () => {
      identity = await store.identity();
    },
    async changed() {
      const [now, controls] = await Promise.all([store.identity(), readControls(store)]);
      const missing = controls.flatMap((control, partition) =>
        control === null && !closed.has(partition) ? [partition] : [],
      );
      if (now === identity && missing.length === 0) return false;
      log.warn({ missing }, 'Redis is not what it was; comparing it with the journal');
      await compare();
      identity = now;
      return true;
    },
  };
}
