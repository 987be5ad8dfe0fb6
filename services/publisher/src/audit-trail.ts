import {
  type AuditRecord,
  foldRun,
  type MarketOpsEvent,
  operationStream,
  PublicationPlan,
  runStream,
} from '@marketops/contracts';
import { readContained } from '@marketops/engine';
import type { BlobStore, VerifiedReader } from '@marketops/store';

/** One receipt that has been used. */
export interface ConsumedReceipt {
  readonly receipt_id: string;
  readonly operation_id: string;
  readonly execution_id: string;
  readonly consumed_at: string;
}

interface Sources {
  readonly reader: VerifiedReader;
  readonly blobs: BlobStore;
}

/** Every audit record of a run, in the order of the plan: successes, failures and refusals alike (law P6). */
export async function readAuditTrail(sources: Sources, runId: string): Promise<AuditRecord[]> {
  return (await operationEvents(sources, runId)).flatMap((event) => {
    switch (event.type) {
      case 'operation.succeeded':
      case 'operation.failed':
      case 'operation.uncertain':
      case 'operation.refused':
      case 'operation.reconciled':
        return [event.data.audit];
      default:
        return [];
    }
  });
}

/** Which receipts of a run have been used: those that started their operation. There is no other list. */
export async function readConsumedReceipts(sources: Sources, runId: string): Promise<ConsumedReceipt[]> {
  return (await operationEvents(sources, runId)).flatMap((event) => {
    if (event.type !== 'operation.started') return [];
    const { receipt_id, operation_id, execution_id } = event.data;
    return [{ receipt_id, operation_id, execution_id, consumed_at: event.time }];
  });
}

async function operationEvents({ reader, blobs }: Sources, runId: string): Promise<MarketOpsEvent[]> {
  const [view] = await reader.read([runStream(runId)]);
  const { planned } = foldRun(view?.events ?? []);
  if (planned === undefined) return [];
  const { operations } = await readContained(blobs, planned, planned.data.plan, PublicationPlan);
  const views = await reader.read(operations.map(({ operation_id }) => operationStream(runId, operation_id)));
  return views.flatMap(({ events }) => events);
}
