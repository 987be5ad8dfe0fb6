import { type Approval, coversOperation } from '@marketops/contracts';
import { type OpenKeyring, ProofError, verifyApproval } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { FoundReceipt } from './receipts-find.js';

/** What somebody said of the operation before its receipt was minted. */
export interface PrecedingApproval {
  readonly said: 'granted' | 'denied' | 'withdrawn';
  readonly approval: Approval;
  /** When it came into the run's stream. */
  readonly time: string;
  /** Why the signature does not hold; undefined where it does. */
  readonly fault: string | undefined;
}

/** Approvals that stood in the run's stream when the receipt was minted and cover its operation, in order. */
export function precedingApprovals(
  { record, lifecycle }: FoundReceipt,
  keyring: OpenKeyring,
): PrecedingApproval[] {
  const { receipt } = lifecycle;
  return record.run.approvals
    .filter(({ time, data: { approval } }) => {
      const ofThis =
        approval.plan_digest === receipt.plan_digest &&
        coversOperation(approval.operations, receipt.operation_id);
      return ofThis && time <= receipt.issued_at;
    })
    .map(({ time, type, data: { approval } }) => ({
      said: saidBy[type],
      approval,
      time,
      fault: faultOf(approval, time, keyring),
    }));
}

const saidBy = {
  'approval.granted': 'granted',
  'approval.denied': 'denied',
  'approval.withdrawn': 'withdrawn',
} as const;

function faultOf(approval: Approval, at: string, keyring: OpenKeyring): string | undefined {
  try {
    verifyApproval(nodeCrypto, approval, { keyring, at });
    return undefined;
  } catch (fault) {
    if (!(fault instanceof ProofError)) throw fault;
    return fault.message;
  }
}
