import { repositoryOf } from './receipts.js';
import type { FoundReceipt } from './receipts-find.js';

/** A receipt as one row of a list, in the words of the wire; what was never so is null. */
export function receiptJson({ record, operation, lifecycle }: FoundReceipt) {
  const { receipt, state, issued, consumed, expired, revoked, supersededBy } = lifecycle;
  return {
    receipt_id: receipt.receipt_id,
    state,
    run_id: receipt.run_id,
    operation_id: receipt.operation_id,
    operation_kind: receipt.operation_kind,
    repository: repositoryOf(record, operation.id) ?? null,
    tenant_id: receipt.tenant_id,
    issued_at: receipt.issued_at,
    expires_at: receipt.expires_at,
    consumed_at: consumed?.event.time ?? null,
    expired_at: expired?.event.time ?? null,
    revoked_at: revoked?.event.time ?? null,
    supersedes: receipt.supersedes ?? null,
    superseded_by: supersededBy?.event.data.receipt.receipt_id ?? null,
    key_id: receipt.key_id,
    epoch: receipt.epoch,
    ledger_sequence: issued.sequence ?? null,
  };
}
