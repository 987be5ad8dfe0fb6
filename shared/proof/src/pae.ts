import { ProofError } from './errors.js';
import { utf8Length } from './utf8.js';

/**
 * DSSE's pre-authentication encoding: `DSSEv1 <bytes of type> <type> <bytes of body> <body>`. What is signed begins
 * with what it is, length-prefixed: bytes of one payload type can never be read as another's.
 *
 * The result is a string whose UTF-8 form is the encoding, because every body here is text and hashing or signing a
 * string spares a copy.
 * @throws ProofError `json_unsupported_value` where either part is not well-formed: replacing a lone surrogate would
 * let two texts share one signature
 * @see https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
 */
export function preAuthEncoding(payloadType: string, body: string): string {
  if (!payloadType.isWellFormed() || !body.isWellFormed()) {
    throw new ProofError('json_unsupported_value', 'Text with a lone surrogate cannot be signed.');
  }
  return `DSSEv1 ${utf8Length(payloadType)} ${payloadType} ${utf8Length(body)} ${body}`;
}
