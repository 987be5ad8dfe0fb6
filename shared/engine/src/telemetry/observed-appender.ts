import type { EventOf, EventType, MarketOpsEvent } from '@marketops/contracts';
import { type Appender, StoreError } from '@marketops/store';
import { type Metrics, metricsOff } from './metrics.js';
import type { Telemetry } from './telemetry.js';
import { tracingOff } from './tracing.js';

/** The same appender, measured: how long it takes, how often somebody else was first, and what it says. */
export function observedAppender(appender: Appender, { metrics, tracing }: Telemetry): Appender {
  if (metrics === metricsOff && tracing === tracingOff) return appender;
  return {
    async append(request) {
      const began = performance.now();
      const took = (outcome: string): void =>
        metrics.observe(
          'marketops_append_duration_seconds',
          { outcome },
          (performance.now() - began) / 1_000,
        );
      try {
        const appended = await appender.append(request);
        took('appended');
        for (const event of appended.events) countEvent(metrics, event);
        tracing.appended(appended.events);
        return appended;
      } catch (fault) {
        took(outcomeOf(fault));
        if (outcomeOf(fault) === 'append_conflict') metrics.count('marketops_append_conflicts_total', {});
        throw fault;
      }
    },
  };
}

const refusals = new Set(['append_conflict', 'partition_closed', 'epoch_changed', 'frozen', 'run_retired']);
const outcomeOf = (fault: unknown): string =>
  fault instanceof StoreError && refusals.has(fault.code) ? fault.code : 'failed';

/** What some events say beyond that they were appended. The streams are the truth, so nothing else is counted twice. */
const said: {
  readonly [Type in EventType]?: (metrics: Metrics, event: EventOf<Type>) => void;
} = {
  'run.completed': (metrics, { data: { status } }) => metrics.count('marketops_runs_total', { status }),
  'run.stalled': (metrics) => metrics.count('marketops_runs_stalled_total', {}),
  'receipt.issued': (metrics) => metrics.count('marketops_receipts_total', { event: 'issued' }),
  'receipt.advised': (metrics) => metrics.count('marketops_receipts_total', { event: 'advised' }),
  'receipt.expired': (metrics) => metrics.count('marketops_receipts_total', { event: 'expired' }),
  'receipt.revoked': (metrics) => metrics.count('marketops_receipts_total', { event: 'revoked' }),
  'operation.held': (metrics, { data }) =>
    metrics.count('marketops_holds_total', { reason: data.reason.code }),
  'operation.succeeded': (metrics, { data }) => effect(metrics, data, 'succeeded'),
  'operation.failed': (metrics, { data }) => effect(metrics, data, 'failed'),
  'operation.refused': (metrics, { data }) => effect(metrics, data, 'refused'),
  'operation.uncertain': (metrics, { data }) => effect(metrics, data, 'uncertain'),
  'operation.reconciled': (metrics, { data }) => effect(metrics, data, 'reconciled'),
};

const effect = (
  metrics: Metrics,
  { audit }: { readonly audit: { readonly operation_kind: string } },
  outcome: string,
): void => metrics.count('marketops_effects_total', { kind: audit.operation_kind, outcome });

function countEvent(metrics: Metrics, event: MarketOpsEvent): void {
  metrics.count('marketops_events_appended_total', { type: event.type });
  const tell = said[event.type] as ((metrics: Metrics, event: MarketOpsEvent) => void) | undefined;
  tell?.(metrics, event);
}
