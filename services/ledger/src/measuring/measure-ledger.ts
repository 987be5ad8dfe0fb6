import type { Engine, Metrics } from '@marketops/engine';

/** What the writer knows of itself. */
export interface WriterState {
  readonly term: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly unsettledEvents: number;
  readonly quarantinedStreams: number;
  readonly closedPartitions: number;
  readonly tilesBehind: number;
}

/** What waits for the ledger is seen by a standby too: the writer may be what has failed. */
export function measureOutbox(metrics: Metrics, { store }: Pick<Engine, 'store'>): void {
  metrics.onScrape('outbox', async () => {
    const [{ appends, oldestMs }, nowMs] = await Promise.all([store.outboxBacklog(), store.nowMs()]);
    metrics.set('marketops_ledger_lag_appends', {}, appends);
    const lagMs = oldestMs === null ? 0 : Math.max(0, nowMs - oldestMs);
    metrics.set('marketops_ledger_lag_seconds', {}, lagMs / 1_000);
  });
}

export function measureWriter(metrics: Metrics, stateOf: () => WriterState): void {
  metrics.set('marketops_ledger_writer', {}, 1);
  metrics.onScrape('ledger', () => {
    const state = stateOf();
    metrics.set('marketops_ledger_term', {}, state.term);
    metrics.set('marketops_ledger_epoch', {}, state.epoch);
    metrics.set('marketops_ledger_sequence', {}, state.sequence);
    metrics.set('marketops_ledger_unsettled_events', {}, state.unsettledEvents);
    metrics.set('marketops_ledger_quarantined_streams', {}, state.quarantinedStreams);
    metrics.set('marketops_ledger_closed_partitions', {}, state.closedPartitions);
    metrics.set('marketops_ledger_tiles_behind_entries', {}, state.tilesBehind);
  });
}
