import {
  type Advisory,
  type AdvisoryClaims,
  advisoryPayloadType,
  invariant,
  type Operation,
  type PublicationPlan,
  type Receipt,
  type ReceiptClaims,
  receiptPayloadType,
} from '@marketops/contracts';
import { decodeBase64, encodeBase64 } from './base64.js';
import { canonicalJson } from './canonical.js';
import type { CryptoPort, HmacKey, SigningKey } from './crypto-port.js';
import { digestOf } from './digest.js';
import { ProofError } from './errors.js';
import type { OpenKeyring } from './keyring.js';
import { preAuthEncoding } from './pae.js';
import { quoted } from './quoted.js';
import type { SignatureCache } from './signature-cache.js';

const ed25519Bytes = 64;
const hmacBytes = 32;

/** SHA-256 of the whole operation's canonical form: what a receipt authorizes, byte for byte (law R1). */
export const operationDigest = (crypto: CryptoPort, operation: Operation): string =>
  digestOf(crypto, operation);

/** SHA-256 of the publication plan's canonical form. */
export const planDigest = (crypto: CryptoPort, plan: PublicationPlan): string => digestOf(crypto, plan);

/** Everything but the signatures is signed, fields this release does not know included. */
function signedBytes(payloadType: string, claims: object): string {
  const { signatures: _, ...rest } = claims as Record<string, unknown>;
  return preAuthEncoding(payloadType, canonicalJson(rest));
}

function bytesOf(text: string, length: number, name: string): Uint8Array {
  const bytes = decodeBase64(text, length);
  if (bytes === undefined) {
    throw new ProofError(
      'signature_malformed',
      `The ${name} signature is not ${length} bytes in padded base64.`,
    );
  }
  return bytes;
}

export interface ReceiptKeys {
  /** Only federation holds this one. */
  readonly ed25519: SigningKey;
  /** Shared with the publisher. */
  readonly hmac: HmacKey;
}

/**
 * Mints: both signatures over `PAE(receiptPayloadType, canonicalJson(claims))`. HMAC-SHA256 is the law (P2); its verifier
 * could also make it, so it never stands alone (R2).
 */
export function signReceipt(crypto: CryptoPort, claims: ReceiptClaims, keys: ReceiptKeys): Receipt {
  const bytes = receiptBytes(claims);
  const signatures = {
    hmac_sha256: encodeBase64(crypto.hmacSha256(keys.hmac, bytes)),
    ed25519: encodeBase64(crypto.sign(keys.ed25519, bytes)),
  };
  return { ...claims, signatures };
}

/** What holds the mint's key: this process, or a KMS or HSM that signs on request. */
export interface MintSigner {
  readonly keyId: string;
  /** Ed25519 (RFC 8032) over exactly these bytes: 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/**
 * As `signReceipt`, with a key that may be elsewhere.
 * @throws ProofError `signature_malformed` where the signer answers with anything but 64 bytes; what the signer throws
 */
export async function mintReceipt(
  crypto: CryptoPort,
  claims: ReceiptClaims,
  keys: { readonly signer: MintSigner; readonly hmac: HmacKey },
): Promise<Receipt> {
  const bytes = receiptBytes(claims);
  const ed25519 = await signedBy(keys.signer, claims.key_id, bytes);
  const hmac_sha256 = encodeBase64(crypto.hmacSha256(keys.hmac, bytes));
  return { ...claims, signatures: { hmac_sha256, ed25519 } };
}

function receiptBytes(claims: ReceiptClaims): string {
  invariant(claims.enforceable === true && claims.mode === 'prod', 'Only a prod run gets a receipt.');
  return signedBytes(receiptPayloadType, claims);
}

const utf8 = new TextEncoder();

async function signedBy(signer: MintSigner, keyId: string, bytes: string): Promise<string> {
  invariant(signer.keyId === keyId, 'The claims name the key that signs them.');
  const signature = await signer.sign(utf8.encode(bytes));
  if (signature.length === ed25519Bytes) return encodeBase64(signature);
  throw new ProofError(
    'signature_malformed',
    `The signer of ${quoted(keyId)} answered with ${signature.length} bytes, not ${ed25519Bytes}.`,
  );
}

export interface MintTrust {
  readonly keyring: OpenKeyring;
  /** See `KeyQuery.at`: at the gate, now. */
  readonly at?: string | undefined;
  /** Spares a receipt that is verified again (a retry, a replay) the second Ed25519 verification. */
  readonly cache?: SignatureCache | undefined;
}

export interface GateTrust extends MintTrust {
  readonly hmacKeys: Pick<ReadonlyMap<string, HmacKey>, 'get'>;
}

function verifyMinted(crypto: CryptoPort, bytes: string, signed: Receipt | Advisory, trust: MintTrust): void {
  const key = trust.keyring.find({
    keyId: signed.key_id,
    purpose: 'mint',
    actor: 'federation',
    at: trust.at,
  });
  const signature = signed.signatures.ed25519;
  const verify = (): boolean => crypto.verify(key, bytes, bytesOf(signature, ed25519Bytes, 'Ed25519'));
  if (!(trust.cache?.verified({ crypto, key, signedBytes: bytes, signature, verify }) ?? verify())) {
    throw new ProofError('signature_invalid', 'The Ed25519 signature does not hold.');
  }
}

/**
 * Verifies the signature only federation can make. For those without the shared secret: other services, and a stranger
 * offline (law L3). Never enough at the gate.
 * @throws ProofError as `verifyReceiptSignatures`
 */
export function verifyReceiptOrigin(crypto: CryptoPort, receipt: Receipt, trust: MintTrust): void {
  verifyMinted(crypto, signedBytes(receiptPayloadType, receipt), receipt, trust);
}

/**
 * Verifies both signatures of a receipt; nothing else of it has been checked then. The HMAC comes first: it is cheap and
 * keeps strangers' junk from costing curve arithmetic.
 * @throws ProofError `signature_malformed` (another length, or base64 with more than one spelling), `signature_invalid`,
 * `key_unknown`, `key_wrong_purpose`, `actor_mismatch`, `key_revoked`, `key_not_yet_valid`, `json_*`
 */
export function verifyReceiptSignatures(crypto: CryptoPort, receipt: Receipt, trust: GateTrust): void {
  const bytes = signedBytes(receiptPayloadType, receipt);
  const hmac = bytesOf(receipt.signatures.hmac_sha256, hmacBytes, 'HMAC-SHA256');
  const hmacKey = trust.hmacKeys.get(receipt.hmac_key_id);
  if (hmacKey === undefined) {
    throw new ProofError('key_unknown', `There is no HMAC key ${quoted(receipt.hmac_key_id)}.`);
  }
  if (!crypto.equal(crypto.hmacSha256(hmacKey, bytes), hmac)) {
    throw new ProofError('signature_invalid', 'The HMAC-SHA256 signature does not hold.');
  }
  verifyMinted(crypto, bytes, receipt, trust);
}

/** Signs a refusal or a dry run's answer, under a payload type that no gate accepts (law F5). */
export function signAdvisory(
  crypto: CryptoPort,
  claims: AdvisoryClaims,
  keys: Pick<ReceiptKeys, 'ed25519'>,
): Advisory {
  const ed25519 = encodeBase64(crypto.sign(keys.ed25519, advisoryBytes(claims)));
  return { ...claims, signatures: { ed25519 } };
}

/** As `signAdvisory`, with a key that may be elsewhere. @throws as `mintReceipt` */
export async function mintAdvisory(claims: AdvisoryClaims, signer: MintSigner): Promise<Advisory> {
  const ed25519 = await signedBy(signer, claims.key_id, advisoryBytes(claims));
  return { ...claims, signatures: { ed25519 } };
}

function advisoryBytes(claims: AdvisoryClaims): string {
  invariant(claims.enforceable === false, 'An advisory is never enforceable.');
  return signedBytes(advisoryPayloadType, claims);
}

/** @throws ProofError as `verifyReceiptSignatures` */
export function verifyAdvisory(crypto: CryptoPort, advisory: Advisory, trust: MintTrust): void {
  verifyMinted(crypto, signedBytes(advisoryPayloadType, advisory), advisory, trust);
}
