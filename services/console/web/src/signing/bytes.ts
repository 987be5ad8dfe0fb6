import { base64Url, type CryptoPort, encodeBase64, passkeyChallenge } from '@marketops/proof';

/** What the API hands over beside the claims: the same, as bytes. */
export interface BytesToSign {
  readonly payload_type: string;
  readonly payload_base64: string;
  readonly pae_base64: string;
  readonly challenge: string;
}

/** One way in which what is to be signed is not what the page shows. */
export interface SigningFault {
  readonly of: 'bytes' | 'statement' | 'plan' | 'operation';
  /** A sentence for the person who is about to sign. */
  readonly message: string;
}

export const differs = (of: SigningFault['of'], message: string): SigningFault => ({ of, message });

const utf8 = new TextEncoder();

/**
 * Whether the bytes the API wrote are those that follow from its claims. Nothing signs the API's bytes, only our own: a
 * difference says that one of the two is wrong.
 */
export function bytesFaults(
  crypto: CryptoPort,
  toSign: BytesToSign,
  own: { readonly payloadType: string; readonly signedBytes: string },
): SigningFault[] {
  const bytes = utf8.encode(own.signedBytes);
  const payload = payloadOf(own.signedBytes, own.payloadType);
  const isSame =
    toSign.payload_type === own.payloadType &&
    toSign.payload_base64 === encodeBase64(payload) &&
    toSign.pae_base64 === encodeBase64(bytes) &&
    toSign.challenge === base64Url(passkeyChallenge(crypto, own.signedBytes));
  return isSame
    ? []
    : [differs('bytes', 'The bytes that came are not those of the statement that came with them.')];
}

/** `DSSEv1 <bytes of type> <type> <bytes of body> <body>`: the type and the numbers have no spaces. */
function payloadOf(signedBytes: string, payloadType: string): Uint8Array {
  const head = `DSSEv1 ${utf8.encode(payloadType).length} ${payloadType} `;
  return utf8.encode(signedBytes.slice(signedBytes.indexOf(' ', head.length) + 1));
}
