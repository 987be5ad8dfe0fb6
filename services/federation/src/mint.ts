import type { Advisory, Operation, Reason, Receipt } from '@marketops/contracts';
import { type CryptoPort, type HmacKey, type MintSigner, mintAdvisory, mintReceipt } from '@marketops/proof';
import {
  type Authority,
  advisoryClaims,
  type Binding,
  type Bounds,
  type Fresh,
  receiptClaims,
} from './claims.js';

export type { Authority, Binding, Bounds, Fresh } from './claims.js';

/** What only federation holds (laws F1, R2). Each is read once for one receipt, so that a rotation needs no restart. */
export interface MintKeys {
  readonly signer: MintSigner;
  readonly hmac: { readonly keyId: string; readonly key: HmacKey };
}

export interface Mint {
  receipt(
    operation: Operation,
    operationDigest: string,
    binding: Binding,
    fresh: Fresh,
    bounds: Bounds,
  ): Promise<Receipt>;
  advisory(
    operation: { readonly operation_id: string; readonly kind: Operation['kind'] },
    operationDigest: string | null,
    binding: Binding,
    fresh: Fresh,
    reasons: readonly Reason[],
  ): Promise<Advisory>;
}

/** The only mint there is. Deterministic: the same input is the same receipt, byte for byte. */
export function openMint(crypto: CryptoPort, authority: Authority, keys: MintKeys): Mint {
  return {
    receipt(operation, operationDigest, binding, fresh, bounds) {
      const { signer, hmac } = keys;
      const names = { keyId: signer.keyId, hmacKeyId: hmac.keyId };
      const claims = receiptClaims(
        crypto,
        authority,
        names,
        operation,
        operationDigest,
        binding,
        fresh,
        bounds,
      );
      return mintReceipt(crypto, claims, { signer, hmac: hmac.key });
    },
    advisory(operation, operationDigest, binding, fresh, reasons) {
      const { signer } = keys;
      const claims = advisoryClaims(
        crypto,
        authority,
        signer,
        operation,
        operationDigest,
        binding,
        fresh,
        reasons,
      );
      return mintAdvisory(claims, signer);
    },
  };
}
