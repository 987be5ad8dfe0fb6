import { z } from 'zod';
import { EventEnvelope } from './event.js';
import { type Guarded, guarded } from './guard.js';
import { partitionKey, streamKind } from './ids.js';
import { type MarketOpsEvent, vocabulary } from './vocabulary.js';

/**
 * Why the envelope contradicts the stream it stands in, or undefined. An event of one run pasted into another's stream
 * would otherwise be read as that run's.
 */
export function placementFault(
  event: Pick<EventEnvelope, 'stream' | 'tenant_id' | 'run_id' | 'mode'>,
): string | undefined {
  if (streamKind(event.stream) === 'system') {
    const bare = event.tenant_id === null && event.run_id === null && event.mode === null;
    return bare ? undefined : 'on system, tenant, run and mode are null';
  }
  if (event.run_id !== partitionKey(event.stream))
    return `the event is of run ${event.run_id}, not of ${event.stream}`;
  return event.mode === null ? 'the event has no mode' : undefined;
}

/** The whole event of each type as one schema. */
export const eventSchemas = new Map<string, z.ZodType<EventEnvelope>>(
  Object.entries(vocabulary).map(([type, { data }]) => [
    type,
    // The pairing of type and data is the table's; here an event of whatever type is wanted.
    EventEnvelope.extend({
      type: z.literal(type),
      version: z.literal(1),
      data,
    }) as unknown as z.ZodType<EventEnvelope>,
  ]),
);

/** Every event is validated once when it is written and once by each who reads it. */
const readers = new Map<string, Guarded<EventEnvelope>>(
  [...eventSchemas].map(([type, schema]) => [type, guarded(schema)]),
);

/**
 * Parses an event whose signature has been verified.
 * @param value what JSON can carry; it is taken over as it is, not copied
 * @returns the event, or what is wrong with it; an unknown type or version is held by readers, never dropped.
 */
export function parseEvent(value: unknown): { event: MarketOpsEvent } | { fault: string; unknown: boolean } {
  const { type, version } = (value ?? {}) as { readonly type?: unknown; readonly version?: unknown };
  const known = typeof type === 'string' && version === 1 ? readers.get(type) : undefined;
  const parsed = (known ?? EventEnvelope).safeParse(value);
  if (!parsed.success) return { fault: z.prettifyError(parsed.error).slice(0, 1_000), unknown: false };
  const misplaced = placementFault(parsed.data);
  if (misplaced !== undefined) return { fault: misplaced, unknown: false };
  if (known === undefined) {
    return { fault: `unknown event ${parsed.data.type} version ${parsed.data.version}`, unknown: true };
  }
  // The type's own schema has just been applied; the union cannot express that pairing.
  return { event: parsed.data as MarketOpsEvent };
}
