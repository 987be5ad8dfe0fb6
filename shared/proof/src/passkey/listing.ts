import { PasskeyListing } from '@marketops/contracts';
import { decodeBase64Upto } from '../base64.js';
import { canonicalJson } from '../canonical.js';
import { ProofError } from '../errors.js';
import { parseJson } from '../parse-json.js';
import { base64Url } from './base64-url.js';

const listingBytesMax = 6_000;

/** A passkey's public side as one word without spaces, to be handed to whoever lists it. */
export const encodePasskeyListing = (listing: PasskeyListing): string =>
  base64Url(new TextEncoder().encode(canonicalJson(listing)));

/**
 * @param text as `encodePasskeyListing` gives it
 * @throws ProofError `key_invalid`
 */
export function decodePasskeyListing(text: string): PasskeyListing {
  const padded = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .padEnd(Math.ceil(text.length / 4) * 4, '=');
  const bytes = decodeBase64Upto(padded, listingBytesMax);
  const invalid = (why: string, cause?: unknown): ProofError =>
    new ProofError('key_invalid', `This is no passkey as its page gives it out: ${why}.`, {
      next: 'Copy the whole line from the page that made the passkey.',
      cause,
    });
  if (text.length > 2 * listingBytesMax || bytes === undefined) throw invalid('it is no base64url');
  let value: unknown;
  try {
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = parseJson(json, { depthMax: 3, bytesMax: listingBytesMax });
  } catch (cause) {
    throw invalid('what it says is no JSON', cause);
  }
  const parsed = PasskeyListing.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}
