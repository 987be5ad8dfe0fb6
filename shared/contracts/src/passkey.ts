import { z } from 'zod';
import { Base64 } from './ids.js';

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
// The last label begins with a letter: what begins with a digit may be an address, for which browsers make no passkeys.
const host = new RegExp(`^(?=.{1,253}$)(?:${label}\\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`);
const secureOrigin = /^(https?):\/\/([a-z0-9.-]+)(?::[1-9][0-9]{0,4})?$/;

/** What a passkey is made for (WebAuthn's relying party): a host name such as `console.example.org`, or `localhost`. */
export const RelyingPartyId = z
  .string()
  .regex(host, 'must be a host name in lower case such as console.example.org, and no address');

/**
 * A page a passkey may be used on, as browsers write origins: `https`, or `http` on this very machine, no path, and no port
 * where it is the usual one.
 */
export const PasskeyOrigin = z
  .string()
  .max(300)
  .refine((text) => {
    const [, scheme, name = ''] = secureOrigin.exec(text) ?? [];
    if (!host.test(name) || text.endsWith(scheme === 'https' ? ':443' : ':80')) return false;
    return scheme === 'https' || name === 'localhost' || name.endsWith('.localhost');
  }, 'must be an origin such as https://console.example.org, or http://localhost:4180');

/** Whether browsers let a page of that origin use a passkey of that relying party: its own host, or one below it. */
export function isOriginOf(origin: string, rpId: string): boolean {
  const [, , name = ''] = secureOrigin.exec(origin) ?? [];
  return name === rpId || name.endsWith(`.${rpId}`);
}

/** Of WebAuthn's credential id: at most 1,023 bytes, base64url without padding. */
export const CredentialId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{2,1364}$/, 'must be a credential id in base64url without padding');

/**
 * What an authenticator signed beside the challenge (WebAuthn, section 7.2). The challenge is the SHA-256 of the statement’s
 * pre-authentication encoding; the signature stands where an own key’s would, as strict DER with the lower of its two s.
 */
export const PasskeyAssertion = z.strictObject({
  /** 37 bytes: the hash of the relying party’s id, flags, counter. */
  authenticator_data: Base64.max(256),
  /** What the browser wrote down, byte for byte: at most 1,536 bytes of JSON. */
  client_data_json: Base64.max(2_048),
});
export type PasskeyAssertion = z.infer<typeof PasskeyAssertion>;
