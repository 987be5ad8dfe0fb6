import { guarded, Receipt } from '@marketops/contracts';
import { isoTime } from '@marketops/engine';
import { type CryptoPort, type GateTrust, verifyReceiptSignatures } from '@marketops/proof';
import { FederationError } from './errors.js';

const receipts = guarded(Receipt);

/**
 * Whether something is a receipt of this mint: shape and both signatures, with keys that are valid now. It says nothing about
 * the receipt's life: whether it has been used, revoked or replaced stands in the operation's stream, and the gate asks that.
 * @returns the receipt
 * @throws FederationError `receipt_unreadable`; ProofError as `verifyReceiptSignatures`
 */
export function verifyReceipt(
  crypto: CryptoPort,
  trust: Omit<GateTrust, 'at'>,
  value: unknown,
  nowMs: number,
): Receipt {
  const parsed = receipts.safeParse(value);
  if (!parsed.success) {
    throw new FederationError('receipt_unreadable', 'it does not have the shape of a receipt', {
      next: 'Present the receipt exactly as it was issued, and nothing beside it.',
    });
  }
  verifyReceiptSignatures(crypto, parsed.data, { ...trust, at: isoTime(nowMs) });
  return parsed.data;
}
