import { Approval } from '@marketops/contracts';
import { type CryptoPort, type OpenKeyring, ProofError, verifyApproval } from '@marketops/proof';
import type { Broken } from './receipts.js';
import type { Members } from './record.js';

const approvals: ReadonlySet<string> = new Set(['approval.granted', 'approval.denied', 'approval.withdrawn']);
const timeFaults: ReadonlySet<string> = new Set(['key_revoked', 'key_expired', 'key_not_yet_valid']);

const forged = (what: string): Broken => ({
  code: 'approval_forged',
  what: `an approval its approver did not sign: ${what}`,
});

/**
 * Asks of an approval in the log whether its approver signed it (law F3), with an own key or with a passkey on a page of its.
 * When the key was good is another question, and federation's: what has been revoked since signed what it signed.
 * @returns undefined also for what is no approval
 */
export function approvalFault(
  crypto: CryptoPort,
  keyring: OpenKeyring,
  type: string,
  data: Members,
): Broken | undefined {
  if (!approvals.has(type)) return undefined;
  const parsed = Approval.safeParse(data['approval']);
  if (!parsed.success) return forged('it is none');
  const at = keyring.describe(parsed.data.key_id)?.not_before;
  try {
    verifyApproval(crypto, parsed.data, { keyring, at });
    return undefined;
  } catch (fault) {
    if (!(fault instanceof ProofError)) throw fault;
    return timeFaults.has(fault.code) ? undefined : forged(fault.message.replace(/\.$/, ''));
  }
}
