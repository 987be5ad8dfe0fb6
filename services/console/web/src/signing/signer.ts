import type {
  Approval,
  ApprovalClaims,
  OperatorCommand,
  OperatorCommandClaims,
  PasskeyAssertion,
} from '@marketops/contracts';
import { type CryptoPort, decodeBase64, ProofError, verifyAssertion } from '@marketops/proof';
import type { ConfirmedOrder } from './confirm-order.js';
import type { ConfirmedApproval } from './confirm-what-is-signed.js';
import { SigningError } from './errors.js';

/** A key of a person's as the keyring lists it: what the API says of it, compared with what signs. */
export interface ListedKey {
  readonly key_id: string;
  readonly algorithm: string;
  /** The raw bytes in padded base64. */
  readonly public_key: string;
  /** Of a passkey: which it is, and where it may be used. */
  readonly passkey?: {
    readonly credential_id: string;
    readonly rp_id: string;
    readonly origins: readonly string[];
  } | null;
}

/** What a key makes of bytes: `assertion` where it is a passkey. */
export interface Signature {
  readonly signature: string;
  readonly assertion?: PasskeyAssertion;
}

/** A key that a person has at hand in this browser. */
export interface Signer {
  readonly keyId: string;
  readonly kind: 'own_key' | 'passkey';
  /** @throws SigningError */
  sign(signedBytes: string): Promise<Signature>;
}

/**
 * Signs an approval that `confirmWhatIsSigned` let through, and verifies the signature here as everybody will.
 * @throws SigningError what the signer throws; `signature_not_yours` where the listed key did not make it
 */
export const signApprovalWith = (
  crypto: CryptoPort,
  signer: Signer,
  confirmed: ConfirmedApproval,
  listed: ListedKey,
): Promise<Approval> => signWith<ApprovalClaims>(crypto, signer, confirmed, listed);

/** As `signApprovalWith`, for an order that `confirmOrder` let through. */
export const signOrderWith = (
  crypto: CryptoPort,
  signer: Signer,
  confirmed: ConfirmedOrder,
  listed: ListedKey,
): Promise<OperatorCommand> => signWith<OperatorCommandClaims>(crypto, signer, confirmed, listed);

async function signWith<Claims extends { readonly key_id: string }>(
  crypto: CryptoPort,
  signer: Signer,
  { claims, signedBytes }: { readonly claims: Claims; readonly signedBytes: string },
  listed: ListedKey,
): Promise<Claims & Signature> {
  if (signer.keyId !== claims.key_id || listed.key_id !== claims.key_id) {
    throw new SigningError(
      'signature_not_yours',
      `The statement names the key ${claims.key_id}, and ${signer.keyId} is at hand.`,
    );
  }
  const signature = await signer.sign(signedBytes);
  checkOwn(crypto, signedBytes, signature, listed);
  return { ...claims, ...signature };
}

/** @throws SigningError `signature_not_yours` */
function checkOwn(
  crypto: CryptoPort,
  signedBytes: string,
  { signature, assertion }: Signature,
  { key_id: keyId, public_key: publicKey, passkey }: ListedKey,
): void {
  try {
    if (assertion !== undefined && passkey !== undefined && passkey !== null) {
      const key = crypto.importP256Key(publicKey);
      verifyAssertion(crypto, { signedBytes, signature, assertion }, passkey, key);
      return;
    }
    const raw = assertion === undefined ? decodeBase64(signature, 64) : undefined;
    if (raw !== undefined && crypto.verify(crypto.importPublicKey(publicKey), signedBytes, raw)) return;
  } catch (cause) {
    const why = cause instanceof ProofError ? cause.message : 'it cannot be verified.';
    throw new SigningError('signature_not_yours', `What ${keyId} signed would not count: ${why}`, { cause });
  }
  throw new SigningError('signature_not_yours', `The key the keyring lists as ${keyId} did not sign this.`);
}
