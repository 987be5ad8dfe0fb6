import type { Actor } from '@marketops/contracts';
import type { Clock } from '../clock.js';
import { fromEnvironment } from '../config/environment.js';
import { newUlid } from '../ids.js';
import type { Logger } from '../log.js';
import { type Metrics, metricsOff, type ScrapedMetrics } from './metrics.js';
import { type Tracing, tracingOff } from './tracing.js';

/** What a service says of itself to those who watch it. */
export interface Telemetry {
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

export const telemetryOff: Telemetry = { metrics: metricsOff, tracing: tracingOff };

export interface OpenedTelemetry extends Telemetry {
  /** Absent where nobody can ask. */
  readonly scraped?: ScrapedMetrics;
}

export interface TelemetryOptions {
  readonly service: Actor;
  /** Whether there is a port on which metrics can be asked for. */
  readonly scrapable: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Pick<Logger, 'warn'>;
  readonly clock: Pick<Clock, 'sleep' | 'nowMs'>;
}

/**
 * What is off is not even loaded: metrics where nobody can ask for them, traces where OTEL_EXPORTER_OTLP_ENDPOINT (or
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) names no collector or OTEL_SDK_DISABLED is `true`.
 */
export async function openTelemetry(options: TelemetryOptions): Promise<OpenedTelemetry> {
  const { service, scrapable } = options;
  const [scraped, tracing] = await Promise.all([
    scrapable ? import('./prometheus.js').then(({ openPrometheus }) => openPrometheus(service)) : undefined,
    openTracing(options),
  ]);
  return { metrics: scraped ?? metricsOff, tracing, ...(scraped === undefined ? {} : { scraped }) };
}

async function openTracing({ service, env, log, clock }: TelemetryOptions): Promise<Tracing> {
  const endpoint =
    fromEnvironment(env, 'OTEL_EXPORTER_OTLP_ENDPOINT') ??
    fromEnvironment(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  if (endpoint === undefined || fromEnvironment(env, 'OTEL_SDK_DISABLED') === 'true') return tracingOff;
  const { openOpenTelemetry } = await import('./open-telemetry.js');
  return openOpenTelemetry({ service, instance: newUlid(), ratio: ratioFrom(env), log, clock });
}

/** OTEL_TRACES_SAMPLER_ARG, or none at all with OTEL_TRACES_SAMPLER=always_off; what is no share of 0 to 1 is all of them. */
export function ratioFrom(env: NodeJS.ProcessEnv): number {
  if (fromEnvironment(env, 'OTEL_TRACES_SAMPLER')?.endsWith('always_off') === true) return 0;
  const ratio = Number(fromEnvironment(env, 'OTEL_TRACES_SAMPLER_ARG') ?? 1);
  return ratio >= 0 && ratio <= 1 ? ratio : 1;
}
