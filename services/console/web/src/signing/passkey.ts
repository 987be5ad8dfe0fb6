import { type PasskeyListing, PasskeyListing as PasskeyListingSchema } from '@marketops/contracts';
import {
  base64Url,
  carriedSignature,
  decodeBase64Upto,
  encodeBase64,
  passkeyChallenge,
} from '@marketops/proof';
import { webCrypto } from '@marketops/proof/web';
import { SigningError } from './errors.js';
import type { ListedKey, Signer } from './signer.js';

/** The authenticator asks its person within this time. */
const askMs = 120_000;
/** ECDSA on P-256 with SHA-256, which every authenticator has (COSE). */
const es256 = -7;
/** SubjectPublicKeyInfo of an uncompressed point on P-256 (RFC 5480), before the 65 bytes of the point. */
const spkiPrefix = [
  ...[0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01],
  ...[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00],
];

/**
 * Has the person's authenticator make a passkey for this page's site. It counts for nothing until somebody who may lists it:
 * what comes back is for them. Nothing is attested: they know from the person whose it is.
 * @param known credential ids of the person's other passkeys: one authenticator makes one
 * @throws SigningError `passkey_unavailable`, `passkey_not_used`, `passkey_not_made`
 */
export async function makePasskey(principal: string, known: readonly string[] = []): Promise<PasskeyListing> {
  const rpId = location.hostname;
  const name = new TextEncoder().encode(principal);
  const made = await asked(() =>
    credentials().create({
      publicKey: {
        // Nobody verifies it: there is no attestation to replay.
        challenge: globalThis.crypto.getRandomValues(new Uint8Array(32)),
        rp: { id: rpId, name: 'MarketOps' },
        user: { id: name, name: principal, displayName: principal },
        pubKeyCredParams: [{ type: 'public-key', alg: es256 }],
        authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
        excludeCredentials: known.map(descriptor),
        attestation: 'none',
        timeout: askMs,
      },
    }),
  );
  const response = made instanceof PublicKeyCredential ? made.response : undefined;
  if (!(response instanceof AuthenticatorAttestationResponse) || !(made instanceof PublicKeyCredential))
    throw notMade('it made none');
  const spki = response.getPublicKey();
  if (response.getPublicKeyAlgorithm() !== es256 || spki === null) throw notMade('it does not know ES256');
  const der = new Uint8Array(spki);
  if (der.length !== spkiPrefix.length + 65 || spkiPrefix.some((byte, at) => der[at] !== byte))
    throw notMade('its key is no point of P-256');
  const listing = PasskeyListingSchema.safeParse({
    ...{ version: 1, principal, algorithm: 'webauthn-es256' },
    public_key: encodeBase64(der.subarray(spkiPrefix.length)),
    credential_id: base64Url(new Uint8Array(made.rawId)),
    rp_id: rpId,
    origins: [location.origin],
  } satisfies PasskeyListing);
  if (!listing.success) throw notMade(listing.error.issues[0]?.message ?? 'what it made is none');
  return listing.data;
}

const notMade = (why: string): SigningError =>
  new SigningError('passkey_not_made', `The authenticator made no passkey that could be listed: ${why}.`);

/**
 * Signs with a passkey: the authenticator is asked for an assertion whose challenge is the SHA-256 of the bytes.
 * @throws SigningError `passkey_unavailable` where the key is no passkey of this site
 */
export function passkeySigner({ key_id: keyId, passkey }: ListedKey): Signer {
  if (passkey === undefined || passkey === null || !passkey.origins.includes(location.origin)) {
    throw new SigningError('passkey_unavailable', `The key ${keyId} is no passkey for ${location.origin}.`);
  }
  const { credential_id: credentialId, rp_id: rpId } = passkey;
  return {
    keyId,
    kind: 'passkey',
    async sign(signedBytes) {
      const given = await asked(() =>
        credentials().get({
          publicKey: {
            challenge: new Uint8Array(passkeyChallenge(webCrypto, signedBytes)),
            rpId,
            allowCredentials: [descriptor(credentialId)],
            userVerification: 'required',
            timeout: askMs,
          },
        }),
      );
      const response = given instanceof PublicKeyCredential ? given.response : undefined;
      if (!(response instanceof AuthenticatorAssertionResponse))
        throw new SigningError('passkey_not_used', 'The authenticator signed nothing.');
      const der = carriedSignature(new Uint8Array(response.signature));
      if (der === undefined)
        throw new SigningError('passkey_not_used', 'The authenticator’s signature is none of ES256.');
      return {
        signature: encodeBase64(der),
        assertion: {
          authenticator_data: encodeBase64(new Uint8Array(response.authenticatorData)),
          client_data_json: encodeBase64(new Uint8Array(response.clientDataJSON)),
        },
      };
    },
  };
}

function descriptor(credentialId: string): PublicKeyCredentialDescriptor {
  const base64 = credentialId.replaceAll('-', '+').replaceAll('_', '/');
  const id = decodeBase64Upto(base64.padEnd(Math.ceil(base64.length / 4) * 4, '='), 1_023);
  if (id === undefined) throw new SigningError('passkey_unavailable', 'The keyring lists no such passkey.');
  return { type: 'public-key', id: new Uint8Array(id) };
}

function credentials(): CredentialsContainer {
  const { credentials: port } = navigator as { readonly credentials?: CredentialsContainer };
  if (port !== undefined && typeof PublicKeyCredential === 'function') return port;
  throw new SigningError('passkey_unavailable', 'This browser, or this page, has no passkeys.');
}

/** What the browser throws names neither who was asked nor why it was no: that is on purpose. */
async function asked<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof SigningError) throw cause;
    const name = cause instanceof DOMException ? cause.name : '';
    if (name === 'SecurityError' || name === 'NotSupportedError')
      throw new SigningError('passkey_unavailable', 'Passkeys of that site cannot be used on this page.', {
        cause,
      });
    if (name === 'InvalidStateError')
      throw new SigningError('passkey_not_made', 'This authenticator has made a passkey for you already.', {
        cause,
      });
    throw new SigningError('passkey_not_used', 'No authenticator was used, or it was refused.', { cause });
  }
}
