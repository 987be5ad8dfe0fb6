import type { Actor, MarketOpsEvent } from '@marketops/contracts';
import {
  context,
  DiagLogLevel,
  diag,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type IdGenerator,
  NodeTracerProvider,
  RandomIdGenerator,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import {
  ATTR_ERROR_TYPE,
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
} from '@opentelemetry/semantic-conventions';
import type { Clock } from '../clock.js';
import type { Logger } from '../log.js';
import { errorTypeOf, outcomeOf } from './job-outcome.js';
import { safeQueueTelemetry } from './safe-queue-telemetry.js';
import { namedIds, rootSpanIdOf, type Subject, subjectOf, traceIdOf, traceparentOf } from './trace-ids.js';
import type { TracedJob, Tracing } from './tracing.js';

export interface OpenTelemetryOptions {
  readonly service: Actor;
  readonly instance: string;
  /** The share of runs that are traced, 0 to 1: the same runs in every process, since it goes by their trace ids. */
  readonly ratio: number;
  readonly log: Pick<Logger, 'warn'>;
  readonly clock: Pick<Clock, 'sleep' | 'nowMs'>;
}

const tracerName = 'marketops';
const closeLimitMs = 3_000;
const complainEveryMs = 60_000;
const eventsPerAppendMax = 100;

/**
 * Traces to an OTLP/HTTP endpoint; where that is, and how it is spoken to, the exporter reads from OTEL_EXPORTER_OTLP_*. Only
 * ever imported where there is one.
 */
export function openOpenTelemetry(options: OpenTelemetryOptions): Tracing {
  const { service, instance, ratio, log, clock } = options;
  complainTo(log, clock);
  const ids = new GivenIds();
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: `marketops-${service}`,
      [ATTR_SERVICE_NAMESPACE]: 'marketops',
      [ATTR_SERVICE_INSTANCE_ID]: instance,
    }).merge(detectResources({ detectors: [envDetector] })),
    sampler: new TraceIdRatioBasedSampler(ratio),
    idGenerator: ids,
    spanLimits: { attributeValueLengthLimit: 1_000, eventCountLimit: 500 },
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register({ propagator: null });
  const tracer = provider.getTracer(tracerName);

  /** The span that all others of a run are below; sent once, by whoever appended the request. */
  const beginRun = (runId: string, event: MarketOpsEvent): void => {
    const attributes = { ...attributesOf({ runId }), 'marketops.mode': event.mode ?? 'none' };
    ids.next = { traceId: traceIdOf(runId), spanId: rootSpanIdOf(runId) };
    tracer.startSpan(`run ${runId}`, { root: true, attributes, links: linksTo(trace.getActiveSpan()) }).end();
    ids.next = undefined;
  };

  return {
    queues: safeQueueTelemetry(tracerName),
    jobMetadata({ data }) {
      const { runId } = subjectOf(data);
      if (runId === undefined) return undefined;
      const active = trace.getActiveSpan()?.spanContext();
      return active?.traceId === traceIdOf(runId)
        ? `00-${active.traceId}-${active.spanId}-01`
        : traceparentOf(runId);
    },
    handling: (job, handle) => {
      const active = trace.getActiveSpan();
      const isBelow = job.runId === undefined || active?.spanContext().traceId === traceIdOf(job.runId);
      const parent = job.runId === undefined || isBelow ? context.active() : belowRun(job.runId);
      const links = isBelow ? [] : linksTo(active);
      const span = tracer.startSpan(
        `handle ${job.name}`,
        { attributes: attributesOfJob(job), links },
        parent,
      );
      return context.with(trace.setSpan(parent, span), async () => {
        try {
          const result = await handle();
          span.setAttribute('marketops.outcome', 'done');
          return result;
        } catch (fault) {
          noteFault(span, fault);
          throw fault;
        } finally {
          span.end();
        }
      });
    },
    appended(events) {
      const span = trace.getActiveSpan();
      for (const event of events.slice(0, eventsPerAppendMax)) {
        if (event.type === 'plan.requested' && event.run_id !== null) beginRun(event.run_id, event);
        span?.addEvent(event.type, {
          'marketops.event_id': event.id,
          'marketops.stream': event.stream,
          'marketops.seq': event.seq,
        });
      }
    },
    past({ name, runId, startMs, endMs, attributes }) {
      const all = { ...attributesOf({ runId }), ...attributes };
      tracer.startSpan(name, { attributes: all, startTime: startMs }, belowRun(runId)).end(endMs);
    },
    async close() {
      const waited = new AbortController();
      await Promise.race([
        provider.shutdown().catch(() => undefined),
        clock.sleep(closeLimitMs, waited.signal),
      ]);
      waited.abort();
    },
  };
}

/** Random ids, but for the one span of which they are known beforehand. */
class GivenIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  next: { readonly traceId: string; readonly spanId: string } | undefined;
  generateTraceId = (): string => this.next?.traceId ?? this.#random.generateTraceId();
  generateSpanId = (): string => this.next?.spanId ?? this.#random.generateSpanId();
}

const belowRun = (runId: string) =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId: traceIdOf(runId),
    spanId: rootSpanIdOf(runId),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });

const linksTo = (span: Span | undefined): Link[] =>
  span === undefined ? [] : [{ context: span.spanContext() }];

const attributesOf = (subject: Subject): Record<string, string> =>
  Object.fromEntries(Object.entries(namedIds(subject)).map(([name, id]) => [`marketops.${name}`, id]));

const attributesOfJob = (job: TracedJob): Record<string, string | number> => ({
  ...attributesOf(job),
  'messaging.system': 'bullmq',
  'messaging.destination.name': job.queue,
  'messaging.message.id': job.id.slice(0, 256),
  'marketops.attempt': job.attempt,
});

/** Its code and nothing of its text: what an error nobody foresaw says could be anything (law X3). */
function noteFault(span: Span, fault: unknown): void {
  const outcome = outcomeOf(fault, { lastAttempt: false, throttles: true });
  span.setAttributes({ 'marketops.outcome': outcome, [ATTR_ERROR_TYPE]: errorTypeOf(fault) });
  // To wait is no error.
  const isError = outcome === 'refused' || outcome === 'unexpected';
  if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
}

/** A collector that is away is worth a line now and then. */
function complainTo(log: Pick<Logger, 'warn'>, clock: Pick<Clock, 'nowMs'>): void {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  const complain = (said: string): void => {
    if (clock.nowMs() - toldAtMs < complainEveryMs) return;
    toldAtMs = clock.nowMs();
    log.warn({ said: said.slice(0, 500) }, 'traces cannot be sent');
  };
  const quiet = (): void => undefined;
  diag.setLogger(
    { error: complain, warn: complain, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
