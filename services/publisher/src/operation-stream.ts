import {
  type EventDraft,
  invariant,
  type MarketOpsEvent,
  operationStream,
  standingOf,
} from '@marketops/contracts';
import { appendAndEnqueue, type Outlet } from '@marketops/engine';
import type { AppendContext, JobSpec } from '@marketops/store';
import type { GateContext } from './gate/context.js';

/** What every event of ours in an operation's stream carries: caused by the issuance, in the run's correlation. */
export function appendContextOf({ stream }: GateContext): AppendContext {
  const issued = stream?.state.issued;
  invariant(issued !== undefined, 'only an operation with a receipt is written to');
  return {
    tenantId: issued.tenant_id,
    runId: issued.run_id,
    mode: issued.mode,
    causationId: issued.id,
    correlationId: issued.correlation_id,
  };
}

/**
 * Appends on the state the verdict was reached on, so that whoever was first makes us judge again.
 * @returns the events as they stand now
 * @throws StoreError `append_conflict`, `frozen` for a scope, `partition_closed`, `epoch_changed`
 */
export async function appendToOperation(
  outlet: Outlet,
  context: GateContext,
  events: readonly EventDraft[],
  options: { readonly jobs?: readonly JobSpec[]; readonly scopes?: readonly string[] } = {},
): Promise<readonly MarketOpsEvent[]> {
  const { stream, receipt, control } = context;
  invariant(stream !== null && receipt !== undefined, 'an operation that does not exist is not written to');
  const appended = await appendAndEnqueue(outlet, {
    context: appendContextOf(context),
    streams: [
      {
        stream: operationStream(receipt.run_id, receipt.operation_id),
        ...standingOf(stream.state),
        events,
      },
    ],
    jobs: options.jobs ?? [],
    ...(options.scopes === undefined ? {} : { scopes: options.scopes }),
    // A start counts in the epoch that check 5 has seen (law R1); what follows a start counts in any.
    ...(options.scopes === undefined || control === null ? {} : { epoch: control.epoch }),
  });
  return appended.events;
}
