import {
  type Approval,
  type ApprovalClaims,
  approvalPayloadType,
  commandPayloadType,
  type Evidence,
  type EvidenceClaims,
  type EvidenceKey,
  evidencePayloadType,
  type OperatorCommand,
  type OperatorCommandClaims,
  type PasskeyAssertion,
  type PersonKey,
} from '@marketops/contracts';
import { decodeBase64, encodeBase64 } from './base64.js';
import { canonicalJson } from './canonical.js';
import type { CryptoPort, SigningKey } from './crypto-port.js';
import { ProofError } from './errors.js';
import { findPasskey, type OpenKeyring } from './keyring.js';
import { preAuthEncoding } from './pae.js';
import { verifyAssertion } from './passkey/index.js';
import { quoted } from './quoted.js';

const ed25519Bytes = 64;

interface Signed {
  readonly key_id: string;
  readonly signature: string;
  /** Of a passkey. */
  readonly assertion?: PasskeyAssertion | undefined;
}

/** `PAE(payloadType, canonicalJson(claims))` (DSSE): each kind of claim under a payload type of its own. */
const bytesOf = (payloadType: string, claims: object): string =>
  preAuthEncoding(payloadType, canonicalJson(claims));

/** What an approver signs, as text whose UTF-8 form are the bytes: for signers that are not a `SigningKey`. */
export const approvalBytes = (claims: ApprovalClaims): string => bytesOf(approvalPayloadType, claims);
/** As `approvalBytes`, for an operator's order. */
export const commandBytes = (claims: OperatorCommandClaims): string => bytesOf(commandPayloadType, claims);

function sign<Claims extends object>(
  crypto: CryptoPort,
  payloadType: string,
  claims: Claims,
  key: SigningKey,
): Claims & { signature: string } {
  return { ...claims, signature: encodeBase64(crypto.sign(key, bytesOf(payloadType, claims))) };
}

/** What verifying asks for. */
export interface ClaimTrust {
  readonly keyring: OpenKeyring;
  /** See `KeyQuery.at`. For what people say: now, so that nobody who was removed has a say. */
  readonly at?: string | undefined;
}

function verify(
  crypto: CryptoPort,
  payloadType: string,
  signed: Signed,
  purpose: 'approver' | 'evidence',
  { keyring, at }: ClaimTrust,
): void {
  if (purpose === 'approver' && verifiedAsPasskey(crypto, payloadType, signed, { keyring, at })) return;
  const { signature, assertion, ...claims } = signed;
  const key = keyring.find({ keyId: signed.key_id, purpose, at });
  // It would be neither signed nor looked at, and yet be part of what is digested.
  if (assertion !== undefined) {
    throw new ProofError('assertion_unexpected', `The key ${quoted(signed.key_id)} is no passkey.`);
  }
  const bytes = decodeBase64(signature, ed25519Bytes);
  if (bytes === undefined) {
    throw new ProofError(
      'signature_malformed',
      `The signature is not ${ed25519Bytes} bytes in padded base64.`,
    );
  }
  if (!crypto.verify(key, bytesOf(payloadType, claims), bytes)) {
    throw new ProofError('signature_invalid', 'The signature does not hold.');
  }
}

/**
 * @returns false where the key is no passkey, and nothing has been verified
 * @throws ProofError as `findPasskey` and `verifyAssertion`; `assertion_missing`
 */
function verifiedAsPasskey(
  crypto: CryptoPort,
  payloadType: string,
  signed: Signed,
  { keyring, at }: ClaimTrust,
): boolean {
  const passkey = findPasskey(crypto, keyring, { keyId: signed.key_id, at });
  if (passkey === undefined) return false;
  const { signature, assertion, ...claims } = signed;
  if (assertion === undefined) {
    throw new ProofError(
      'assertion_missing',
      `The key ${quoted(signed.key_id)} is a passkey, and no assertion came with its signature.`,
    );
  }
  const signedBytes = bytesOf(payloadType, claims);
  verifyAssertion(crypto, { signedBytes, signature, assertion }, passkey.listed, passkey.key);
  return true;
}

/** @throws ProofError `actor_mismatch` where the key is somebody else's. */
function holderOf(keyring: OpenKeyring, keyId: string, principal: string): PersonKey {
  const key = keyring.describe(keyId);
  if (key?.purpose === 'approver' && key.principal === principal) return key;
  throw new ProofError('actor_mismatch', `The key ${quoted(keyId)} is not one of ${quoted(principal)}.`);
}

/** Signs an approval with its approver's own key. */
export const signApproval = (crypto: CryptoPort, claims: ApprovalClaims, key: SigningKey): Approval =>
  sign(crypto, approvalPayloadType, claims, key);

/**
 * Verifies who signed an approval, and nothing else of it: neither its expiry nor what it is for.
 * @returns the approver's key as the keyring lists it, with its groups
 * @throws ProofError `key_unknown`, `key_wrong_purpose`, `key_revoked`, `key_expired`, `key_not_yet_valid`,
 * `actor_mismatch`, `signature_malformed`, `signature_invalid`; with a passkey also as `verifyAssertion`, `assertion_missing`
 * and `assertion_unexpected`
 */
export function verifyApproval(crypto: CryptoPort, approval: Approval, trust: ClaimTrust): PersonKey {
  verify(crypto, approvalPayloadType, approval, 'approver', trust);
  return holderOf(trust.keyring, approval.key_id, approval.approver);
}

/** Signs an operator's order with the operator's own key. */
export const signCommand = (
  crypto: CryptoPort,
  claims: OperatorCommandClaims,
  key: SigningKey,
): OperatorCommand => sign(crypto, commandPayloadType, claims, key);

/** As `verifyApproval`, for an operator's order. */
export function verifyCommand(crypto: CryptoPort, command: OperatorCommand, trust: ClaimTrust): PersonKey {
  verify(crypto, commandPayloadType, command, 'approver', trust);
  return holderOf(trust.keyring, command.key_id, command.principal);
}

/** Signs evidence with its issuer's key. */
export const signEvidence = (crypto: CryptoPort, claims: EvidenceClaims, key: SigningKey): Evidence =>
  sign(crypto, evidencePayloadType, claims, key);

/**
 * As `verifyApproval`, for evidence; the key must be registered for this issuer and this kind.
 * @throws ProofError also `key_wrong_purpose` where the issuer may not vouch for that kind
 */
export function verifyEvidence(crypto: CryptoPort, evidence: Evidence, trust: ClaimTrust): EvidenceKey {
  verify(crypto, evidencePayloadType, evidence, 'evidence', trust);
  const key = trust.keyring.describe(evidence.key_id);
  if (key?.purpose !== 'evidence' || key.issuer !== evidence.issuer) {
    throw new ProofError(
      'actor_mismatch',
      `The key ${quoted(evidence.key_id)} is not one of ${quoted(evidence.issuer)}.`,
    );
  }
  if (!key.kinds.includes(evidence.kind)) {
    throw new ProofError(
      'key_wrong_purpose',
      `The key ${quoted(evidence.key_id)} does not vouch for ${quoted(evidence.kind)}.`,
    );
  }
  return key;
}
