import type { Receipt } from '@marketops/contracts';
import {
  type Authority,
  advisoryClaims,
  type Mint,
  receiptClaims,
  type SigningNames,
} from '@marketops/federation/deciding';
import { verifyAdvisory, verifyReceiptOrigin } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { CheckContext } from './context.js';
import type { DecidedStep } from './groups.js';
import { mintSignatureFault } from './mint-signature.js';
import type { Saying } from './verdict.js';

/** Says what federation would sign, and signs nothing: what it makes is worth nothing anywhere (law F1). */
export function mintWithoutKeys(authority: Authority, names: ReadonlyMap<string, SigningNames>): Mint {
  const namesOf = (id: string): SigningNames => names.get(id) ?? { keyId: '', hmacKeyId: '' };
  return {
    async receipt(operation, digest, binding, fresh, bounds) {
      const by = namesOf(operation.operation_id);
      const claims = receiptClaims(nodeCrypto, authority, by, operation, digest, binding, fresh, bounds);
      return { ...claims, signatures: { hmac_sha256: '', ed25519: '' } };
    },
    async advisory(operation, digest, binding, fresh, reasons) {
      const by = namesOf(operation.operation_id);
      const claims = advisoryClaims(nodeCrypto, authority, by, operation, digest, binding, fresh, reasons);
      return { ...claims, signatures: { ed25519: '' } };
    },
  };
}

/** Signatures are verified, not made again. */
export function unsigned({ stream, type, data }: Saying): Saying {
  const strip = (name: 'receipt' | 'advisory') => {
    const { [name]: signed, ...rest } = data as Record<string, object>;
    const { signatures: _, ...claims } = signed as Partial<Receipt>;
    return { stream, type, data: { ...rest, [name]: claims } };
  };
  if (type === 'receipt.issued') return strip('receipt');
  return type === 'receipt.advised' ? strip('advisory') : { stream, type, data };
}

/** Why the mint's signature over what a step issued or advised does not count, or undefined. */
export async function signatureFault(
  { events }: DecidedStep,
  context: CheckContext,
): Promise<string | undefined> {
  for (const recorded of events) {
    const { event } = recorded;
    if (event.type !== 'receipt.issued' && event.type !== 'receipt.advised') continue;
    const { key_id: keyId } = event.type === 'receipt.issued' ? event.data.receipt : event.data.advisory;
    const fault = await mintSignatureFault(recorded, keyId, context, (trust) =>
      event.type === 'receipt.issued'
        ? verifyReceiptOrigin(nodeCrypto, event.data.receipt, trust)
        : verifyAdvisory(nodeCrypto, event.data.advisory, trust),
    );
    if (fault !== undefined) return fault.message;
  }
  return undefined;
}
