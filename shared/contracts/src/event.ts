import { z } from 'zod';
import { RunId, StreamId, TenantId, Time, Ulid } from './ids.js';
import { Mode } from './mode.js';

/** The signing service. Who asked (a person, an upstream system) is `data.principal`. */
export const Actor = z.enum(['planner', 'federation', 'publisher', 'ledger', 'console', 'orchestrator']);
export type Actor = z.infer<typeof Actor>;

/**
 * What every event carries. `seq` counts 1, 2, 3 … per stream without gaps (law E1); `type` is `noun.past_participle`.
 * On `system`, tenant, run and mode are null.
 */
export const EventEnvelope = z.strictObject({
  id: Ulid,
  stream: StreamId,
  seq: z.int().positive(),
  type: z.string().regex(/^[a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z]+)*$/),
  version: z.int().positive(),
  tenant_id: TenantId.nullable(),
  run_id: RunId.nullable(),
  mode: Mode.nullable(),
  actor: Actor,
  time: Time,
  causation_id: z.string().max(200).nullable(),
  correlation_id: z.string().max(200).nullable(),
  data: z.record(z.string(), z.unknown()),
});
export type EventEnvelope = z.infer<typeof EventEnvelope>;
