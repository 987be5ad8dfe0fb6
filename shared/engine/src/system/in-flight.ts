import { type EventOf, foldOperation, type MarketOpsEvent } from '@marketops/contracts';

/** An effect that had started when the freeze came, and whose outcome nobody has said yet. */
export interface InFlight {
  readonly runId: string;
  readonly operationId: string;
  readonly tenantId: string;
  readonly executionId: string;
  readonly startedAt: string;
  /** Until then its worker may still send what it had begun to send. */
  readonly leaseUntil: string;
  /** What it does: inline, or a blob to be read. */
  readonly operation: EventOf<'operation.planned'>['data']['operation'];
}

/** What of a verified `op/` stream is in flight: started without outcome. Pure; undefined for nothing. */
export function inFlightOf(events: readonly MarketOpsEvent[]): InFlight | undefined {
  const { started, outcome, planned, lease } = foldOperation(events);
  if (started === undefined || outcome !== undefined) return undefined;
  return {
    runId: started.run_id ?? '',
    operationId: started.data.operation_id,
    tenantId: started.tenant_id ?? '',
    executionId: started.data.execution_id,
    startedAt: started.time,
    leaseUntil: lease?.until ?? started.data.lease_until,
    operation: planned?.data.operation ?? null,
  };
}
