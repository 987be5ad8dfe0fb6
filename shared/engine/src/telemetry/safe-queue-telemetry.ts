import { type Context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { type Attributes, type Span as QueueSpan, SpanKind, type Telemetry } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';

const traceparentForm = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;
const metadataCharsMax = 1_000;
/** Texts of errors and of data: what is in them nobody has looked at (law X3). */
const leftOut = new Set([
  'bullmq.job.failed.reason',
  'bullmq.job.result',
  'bullmq.job.options',
  'bullmq.worker.options',
]);

/**
 * BullMQ's own telemetry, for queues whose jobs may come from anybody: what a job carries as its context is read as nothing but
 * a `traceparent`, and what is none is left out (bullmq-otel would throw, in the middle of the worker's loop). Only adding and
 * processing make spans; a worker that waits for jobs would make one every few seconds for ever.
 */
export function safeQueueTelemetry(tracerName: string): Telemetry<Context> {
  const inner = new BullMQOtel({ tracerName, enableMetrics: false });
  return {
    tracer: {
      startSpan(name, options, context) {
        const kind = options?.kind;
        if (kind !== SpanKind.PRODUCER && kind !== SpanKind.CONSUMER) return silentSpan;
        // A worker takes its next job in the middle of the last one, which is not its cause.
        const parent = kind === SpanKind.CONSUMER ? (context ?? ROOT_CONTEXT) : context;
        return cleanSpan(inner.tracer.startSpan(name, { kind }, parent));
      },
    },
    contextManager: {
      with: (context, fn) => inner.contextManager.with(context, fn),
      active: () => inner.contextManager.active() as Context,
      root: () => ROOT_CONTEXT,
      getMetadata: (context) => traceparentIn(context as Context) ?? '',
      fromMetadata: (active, metadata) => contextFrom(metadata) ?? (active as Context),
    },
  };
}

/** The active span of a context as a `traceparent`. */
function traceparentIn(context: Context): string | undefined {
  const span = trace.getSpanContext(context);
  return span === undefined ? undefined : `00-${span.traceId}-${span.spanId}-01`;
}

/** A job's `traceparent`, or what BullMQ's clients in other processes make of one (`{"traceparent": …}`). */
export function contextFrom(metadata: unknown): Context | undefined {
  if (typeof metadata !== 'string' || metadata.length > metadataCharsMax) return undefined;
  const [, traceId, spanId] =
    traceparentForm.exec(metadata) ?? traceparentForm.exec(memberOf(metadata)) ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...{ traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true },
  });
}

function memberOf(metadata: string): string {
  try {
    const { traceparent } = JSON.parse(metadata) as { traceparent?: unknown };
    return typeof traceparent === 'string' ? traceparent : '';
  } catch {
    return '';
  }
}

const silentSpan: QueueSpan<Context> = {
  setSpanOnContext: (context) => context,
  setAttribute: () => undefined,
  setAttributes: () => undefined,
  addEvent: () => undefined,
  recordException: () => undefined,
  end: () => undefined,
};

const cleanSpan = (span: QueueSpan<Context>): QueueSpan<Context> => ({
  setSpanOnContext: (context) => span.setSpanOnContext(context),
  setAttribute: (key, value) => (leftOut.has(key) ? undefined : span.setAttribute(key, value)),
  setAttributes: (attributes) => span.setAttributes(cleanAttributes(attributes)),
  addEvent: (name, attributes) => span.addEvent(name, attributes && cleanAttributes(attributes)),
  // How a handler fared is an attribute of its own span.
  recordException: () => undefined,
  end: () => span.end(),
});

const cleanAttributes = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([key]) => !leftOut.has(key)));
