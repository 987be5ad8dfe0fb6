import { type Advisory, type MarketOpsEvent, operationStream, type Receipt } from '@marketops/contracts';
import type { VerifiedReader } from '@marketops/store';

/** One line of the issuance audit: what federation answered, and where it stands. */
export interface Issuance {
  readonly event_id: string;
  readonly seq: number;
  readonly time: string;
  readonly operation_id: string;
  readonly enforceable: boolean;
  readonly answer: Receipt | Advisory;
}

/** Everything federation has answered about these operations, in order, refusals included. */
export async function getIssuanceAudit(
  reader: VerifiedReader,
  runId: string,
  operationIds: readonly string[],
): Promise<Issuance[]> {
  const views = await reader.read(operationIds.map((id) => operationStream(runId, id)));
  return views.flatMap(({ events }) => events.flatMap(issuanceOf));
}

/** The enforceable receipts among them, whatever became of them. */
export async function getIssuedReceipts(
  reader: VerifiedReader,
  runId: string,
  operationIds: readonly string[],
): Promise<Receipt[]> {
  const audit = await getIssuanceAudit(reader, runId, operationIds);
  return audit.flatMap(({ answer }) => (answer.enforceable ? [answer] : []));
}

function issuanceOf(event: MarketOpsEvent): Issuance[] {
  if (event.type !== 'receipt.issued' && event.type !== 'receipt.advised') return [];
  const answer = event.type === 'receipt.issued' ? event.data.receipt : event.data.advisory;
  return [
    {
      event_id: event.id,
      seq: event.seq,
      time: event.time,
      operation_id: answer.operation_id,
      enforceable: answer.enforceable,
      answer,
    },
  ];
}
