import { LedgerError } from '../errors.js';
import { readControls, soundControls } from '../redis/controls.js';
import type { RestorePorts } from './ports.js';
import { type Looked, type LookOptions, lookAtRedis, type Repaired } from './repair.js';

export interface RedisWatch {
  /** Compares Redis with the journal now, and mends it. Nothing of the ledger's own may be under way. */
  look(options?: Partial<Pick<LookOptions, 'ordered' | 'onProgress'>>): Promise<Repaired | undefined>;
  /** Whether this may be another Redis, or another life of it, than the one looked at last. */
  isAnother(): Promise<boolean>;
  /** Whether control keys are gone or damaged since, or do not name this ledger yet: FLUSHALL and DEL leave the identity as it is. */
  missesControls(): Promise<boolean>;
  closed(): ReadonlyMap<number, string>;
  epoch(): number;
}

/**
 * Notices when Redis may have lost data. A restart, a failover, a restore changes its identity: asked with every turn of
 * the loop, so that nothing appended to a shorter stream is ever taken for its continuation. Control keys are looked at
 * every few seconds; without them nothing can be appended meanwhile.
 */
export function watchRedis(ports: RestorePorts, epochKnown: number): RedisWatch {
  const { store, log } = ports;
  let identity: string | undefined;
  let looked: Looked = { epoch: epochKnown, closed: new Map() };

  return {
    async look({ ordered = false, onProgress } = {}) {
      // Taken before: a restart in the middle is noticed by the next turn.
      const now = await store.identity();
      try {
        looked = await lookAtRedis(ports, {
          epoch: looked.epoch,
          ordered,
          ...(onProgress === undefined ? {} : { onProgress }),
        });
      } catch (fault) {
        if (!(fault instanceof LedgerError)) identity = undefined;
        throw fault;
      }
      ports.moved.clear();
      identity = now;
      if (looked.closed.size > 0) {
        const partitions = Object.fromEntries(looked.closed);
        log.error(
          { partitions },
          `${looked.closed.size} partitions are closed; the ledger serves the others`,
        );
      }
      return looked.repaired;
    },
    isAnother: async () => (await store.identity()) !== identity,
    async missesControls() {
      const stood = await readControls(store);
      const name = await ports.ledgerName();
      const known = { epoch: Math.max(looked.epoch, ports.epochs.highest()), term: ports.term };
      return soundControls(stood, known).some(
        (control) => control === null || (control.ledger === undefined && !name.endsWith('#')),
      );
    },
    closed: () => looked.closed,
    epoch: () => looked.epoch,
  };
}
