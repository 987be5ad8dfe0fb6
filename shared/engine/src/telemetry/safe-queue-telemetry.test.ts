import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { SpanKind } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { contextFrom, safeQueueTelemetry } from './safe-queue-telemetry.js';

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('what a job carries as the context of its trace', () => {
  it.each([traceparent, JSON.stringify({ traceparent }), JSON.stringify({ traceparent, tracestate: 'x=y' })])(
    'given %s, then it is the span it names',
    (metadata) => {
      const context = contextFrom(metadata);
      expect(context && trace.getSpanContext(context)).toMatchObject({
        traceId: 'a'.repeat(32),
        spanId: 'b'.repeat(16),
        isRemote: true,
      });
    },
  );

  it.each([
    ['no text', 7],
    ['nothing', ''],
    ['no JSON', '{'],
    ['null', 'null'],
    ['a number in it', '{"traceparent":1}'],
    ['capitals', traceparent.toUpperCase()],
    ['another version', traceparent.replace('00-', 'ff-')],
    ['a second line', `${traceparent}\nx`],
    ['a megabyte', JSON.stringify({ traceparent, more: 'x'.repeat(1_000_000) })],
    ['nesting', '['.repeat(900)],
  ])('given %s, then it is left out and nothing throws', (_, metadata) => {
    expect(contextFrom(metadata)).toBeUndefined();
    const { contextManager } = safeQueueTelemetry('test');
    expect(contextManager.fromMetadata(ROOT_CONTEXT, metadata as string)).toBe(ROOT_CONTEXT);
  });

  it('given what a worker does while it waits, then there is no span for it', () => {
    const { tracer } = safeQueueTelemetry('test');
    const span = tracer.startSpan('getNextJob', { kind: SpanKind.INTERNAL }, ROOT_CONTEXT);
    expect(span.setSpanOnContext(ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
  });
});
