import { OperationId, ReceiptId, RunId, TenantId, Time } from '@marketops/contracts';
import { inPath, named, z } from './define.js';

/** Why something is as it is, and what would change it. */
export const ReasonView = z
  .strictObject({ message: z.string(), code: z.string(), remedy: z.string() })
  .openapi('Reason');

export const RunPath = z.strictObject({ run_id: inPath('run_id', RunId) });
export const OperationPath = z.strictObject({
  run_id: inPath('run_id', RunId),
  operation_id: inPath('operation_id', OperationId),
});
export const ReceiptPath = z.strictObject({
  receipt_id: inPath('receipt_id', ReceiptId),
});
export const TenantFilter = TenantId;
export const TimeFilter = Time;

/** An event as it stands in its stream, verified. */
export const EventView = named(
  'Event',
  z.strictObject({
    id: z.string(),
    stream: z.string(),
    seq: z.int(),
    type: z.string(),
    version: z.int(),
    tenant_id: z.string().nullable(),
    run_id: z.string().nullable(),
    mode: z.string().nullable(),
    actor: z.string(),
    time: z.string(),
    causation_id: z.string().nullable(),
    correlation_id: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
  }),
);

/** An event that was appended and that the ledger has acknowledged. */
export const Recorded = z
  .strictObject({
    event_id: z.string(),
    stream: z.string(),
    seq: z.int(),
    type: z.string(),
    time: z.string(),
  })
  .openapi('Recorded');
