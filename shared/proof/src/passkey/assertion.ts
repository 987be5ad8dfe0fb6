import type { PasskeyAssertion } from '@marketops/contracts';
import { decodeBase64Upto } from '../base64.js';
import type { CryptoPort, P256Key } from '../crypto-port.js';
import { ProofError } from '../errors.js';
import { quoted } from '../quoted.js';
import { checkAuthenticatorData } from './authenticator-data.js';
import { base64Url } from './base64-url.js';
import { type ClientData, clientDataBytesMax, readClientData } from './client-data.js';
import { digestBytes } from './digest-bytes.js';
import { rawSignature } from './ecdsa-signature.js';

/** A word signed by a passkey: what it is about, and what its authenticator gave. */
export interface SignedByPasskey {
  /** The pre-authentication encoding of the claims. */
  readonly signedBytes: string;
  /** DER, in padded base64. */
  readonly signature: string;
  readonly assertion: PasskeyAssertion;
}

/** Where a passkey may be used, as the keyring lists it. */
export interface PasskeyPlace {
  readonly rp_id: string;
  readonly origins: readonly string[];
}

/** The 32 bytes an authenticator is asked to sign for a statement: the SHA-256 of its pre-authentication encoding. */
export const passkeyChallenge = (crypto: CryptoPort, signedBytes: string): Uint8Array =>
  digestBytes(crypto, signedBytes);

const authenticatorDataBytesMax = 192;

/**
 * Verifies that a passkey signed these bytes (WebAuthn Level 3, section 7.2, for one credential known beforehand): on one of its
 * pages, for its relying party, with its person present and verified.
 *
 * Pure: it keeps no counter and asks no clock.
 * @throws ProofError `assertion_malformed`, `assertion_wrong_type`, `assertion_wrong_challenge`, `assertion_wrong_origin`,
 * `assertion_wrong_rp`, `assertion_user_unverified`, `signature_malformed`, `signature_invalid`
 */
export function verifyAssertion(
  crypto: CryptoPort,
  { signedBytes, signature, assertion }: SignedByPasskey,
  { rp_id: rpId, origins }: PasskeyPlace,
  key: P256Key,
): void {
  const clientData = decodeBase64Upto(assertion.client_data_json, clientDataBytesMax);
  const authenticatorData = decodeBase64Upto(assertion.authenticator_data, authenticatorDataBytesMax);
  if (clientData === undefined || authenticatorData === undefined) {
    throw new ProofError('assertion_malformed', 'What the passkey signed is too long, or no padded base64.');
  }
  checkClientData(readClientData(clientData), base64Url(passkeyChallenge(crypto, signedBytes)), origins);
  checkAuthenticatorData(crypto, authenticatorData, rpId);
  const der = decodeBase64Upto(signature, 72);
  const raw = der === undefined ? undefined : rawSignature(der);
  if (raw === undefined) {
    throw new ProofError(
      'signature_malformed',
      'The signature is not strict DER with the lower s, in base64.',
    );
  }
  const signed = new Uint8Array(authenticatorData.length + 32);
  signed.set(authenticatorData);
  signed.set(digestBytes(crypto, clientData), authenticatorData.length);
  if (!crypto.verifyP256(key, signed, raw)) {
    throw new ProofError('signature_invalid', 'The passkey’s signature does not hold.');
  }
}

function checkClientData(
  { type, challenge, origin, crossOrigin, topOrigin }: ClientData,
  expected: string,
  origins: readonly string[],
): void {
  if (type !== 'webauthn.get') {
    throw new ProofError(
      'assertion_wrong_type',
      `The passkey was used for ${quoted(type)}, not webauthn.get.`,
    );
  }
  if (challenge !== expected) {
    throw new ProofError(
      'assertion_wrong_challenge',
      'The passkey signed something else than this statement.',
    );
  }
  if (typeof origin !== 'string' || !origins.includes(origin)) {
    throw new ProofError('assertion_wrong_origin', `The passkey was used on the page ${quoted(origin)}.`);
  }
  // In a frame of another site's the person need not have seen what they signed.
  if ((crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined) {
    throw new ProofError('assertion_wrong_origin', 'The passkey was used in a frame on another site’s page.');
  }
}
