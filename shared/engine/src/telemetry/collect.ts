import { type Actor, roomScope } from '@marketops/contracts';
import type { OpenKeyring } from '@marketops/proof';
import type { EventStore } from '@marketops/store';
import type { Redis } from 'ioredis';
import type { Clock } from '../clock.js';
import type { Metrics } from './metrics.js';
import { measureQueue } from './queue-depths.js';

export interface Collected {
  readonly service: Actor;
  readonly store: Pick<EventStore, 'nowMs' | 'readControl'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly keyring: Pick<OpenKeyring, 'list'>;
  readonly redis: Pick<Redis, 'llen' | 'zcard' | 'lrange' | 'hget'>;
  /** The queues this process works. */
  readonly queues: () => readonly string[];
}

/** What every service says of its surroundings whenever it is asked. */
export function collectSurroundings(metrics: Metrics, around: Collected): void {
  const { store, clock, redis, queues } = around;
  metrics.onScrape('clock', async () => {
    const before = clock.nowMs();
    const remote = await store.nowMs();
    metrics.set('marketops_clock_skew_seconds', {}, ((before + clock.nowMs()) / 2 - remote) / 1_000);
  });
  metrics.onScrape('queues', async () => {
    await Promise.all(queues().map((queue) => measureQueue(redis, queue, clock.nowMs(), metrics)));
  });
  metrics.onScrape('keys', () => measureKeys(metrics, around));
  metrics.onScrape('freezes', () => measureFreezes(metrics, store));
}

const purposes = ['actor', 'mint', 'acknowledgement', 'checkpoint'] as const;

/** The last key of each purpose counts: as long as one is left, the next is merely not made yet. */
function measureKeys(metrics: Metrics, { service, keyring, clock }: Collected): void {
  metrics.clear('marketops_key_expires_in_seconds');
  for (const purpose of purposes) {
    const own = keyring
      .list()
      .filter((key) => key.purpose === purpose && key.actor === service && key.revoked_at === null);
    const ends = own.flatMap(({ not_after: end }) => (end === undefined ? [] : [Date.parse(end)]));
    if (own.length === 0 || ends.length < own.length) continue;
    const left = (Math.max(...ends) - clock.nowMs()) / 1_000;
    metrics.set('marketops_key_expires_in_seconds', { purpose }, left);
  }
}

const kinds = ['all', 'tenant', 'account', 'repository', 'room'] as const;

/** A freeze stands in every partition, so one of them says what is frozen. */
async function measureFreezes(metrics: Metrics, store: Collected['store']): Promise<void> {
  const [control] = await store.readControl([0]);
  const counts = new Map<string, number>(kinds.map((kind) => [kind, 0]));
  for (const scope of control?.frozen.keys() ?? []) {
    const kind = scope === roomScope ? 'room' : (scope.split(':')[0] ?? scope);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  for (const kind of kinds) metrics.set('marketops_frozen_scopes', { kind }, counts.get(kind) ?? 0);
}
