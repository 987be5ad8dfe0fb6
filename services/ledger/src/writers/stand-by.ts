import type { Engine } from '@marketops/engine';
import type { LedgerPaths } from '@marketops/journal';
import type { LedgerTuning } from '../tuning.js';
import type { WriterLease } from './lease.js';
import { type Standby, untilWriter } from './standby.js';

export interface StandbyOptions {
  /** `refuse`: where another ledger writes, this one ends with `already_running`. Default `wait`. */
  readonly standby?: 'wait' | 'refuse';
  /** Called once, where another ledger writes. */
  readonly onStandby?: () => void;
  /** Ends the waiting. The engine's own stop does as well. */
  readonly signal?: AbortSignal;
}

/**
 * Waits for the lease, and shows in `/health` for whom.
 * @returns the lease, renewed from now on
 * @throws LedgerError `already_running`, `another_folder`, `stopped`
 */
export async function standBy(
  engine: Engine,
  paths: LedgerPaths,
  { leaseMs, standbyEveryMs: everyMs }: LedgerTuning,
  { standby = 'wait', onStandby, signal }: StandbyOptions,
): Promise<WriterLease> {
  const { store, clock, log } = engine;
  const stopping = new AbortController();
  let isOver = false;
  let seen: Standby | undefined;
  engine.onStop(() => {
    if (!isOver) stopping.abort();
    return Promise.resolve();
  });
  try {
    const lease = await untilWriter({
      ...{ store, clock, log, paths, leaseMs, everyMs, standby },
      signal: signal === undefined ? stopping.signal : AbortSignal.any([stopping.signal, signal]),
      onWaiting: (now) => {
        const isFirst = seen === undefined;
        seen = now;
        if (!isFirst) return;
        engine.health('ledger', () => ({ role: 'standby', ...shown(seen) }));
        onStandby?.();
      },
    });
    lease.keep();
    return lease;
  } finally {
    isOver = true;
  }
}

const shown = (standby: Standby | undefined) => ({
  writer: standby?.writer === undefined ? null : { host: standby.writer.host, pid: standby.writer.pid },
  lease_left_ms: standby?.leftMs ?? null,
});
