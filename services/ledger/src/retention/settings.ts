import { type LoadedConfig, reconcileEveryMs } from '@marketops/engine';

/** For how long finished runs stay in Redis, in milliseconds. */
export interface RetentionSettings {
  /** After a run's last event; null: for ever. */
  readonly afterMs: number | null;
  /** The same of a run that made something, which the reconciler still compares with what stands there. */
  readonly effectsAfterMs: number;
  /** How long what is left of a run stays after it. */
  readonly tombstoneMs: number;
}

const dayMs = 86_400_000;

export function retentionOf(loaded: Pick<LoadedConfig, 'config' | 'apiUrl'>): RetentionSettings {
  const { finished_runs_days: days, tombstone_days: tombstoneDays } = loaded.config.ledger.retention;
  const afterMs = days === 'off' ? null : days * dayMs;
  const lookbackMs = reconcileEveryMs(loaded) === 0 ? 0 : loaded.config.reconcile.lookback_days * dayMs;
  return {
    afterMs,
    effectsAfterMs: Math.max(afterMs ?? 0, lookbackMs),
    tombstoneMs: tombstoneDays * dayMs,
  };
}
