import { limits } from '@marketops/contracts';
import { canonicalJson, type JsonCaps } from './canonical.js';
import { isCertainlyCanonical } from './canonical-text.js';
import { ProofError } from './errors.js';
import { scanJson } from './scan-json.js';
import { exceedsBytes } from './utf8.js';

function refuseTooLarge(text: string, bytesMax: number): void {
  if (exceedsBytes(text, bytesMax)) {
    throw new ProofError('json_too_large', `JSON is larger than ${bytesMax} bytes.`);
  }
}

/** The engine's own message quotes the text, which may hold a secret: it goes no further. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProofError('json_malformed', 'The text is not JSON.');
  }
}

/**
 * Parses JSON from outside, after a scan has bounded its size and depth and refused what two parsers could read
 * differently: duplicate keys (first or last wins?) and `__proto__`.
 *
 * @param caps default `limits.requestBytesMax` and `limits.jsonDepthMax`
 * @returns a value that has a canonical form
 * @throws ProofError `json_too_large`, `json_too_deep`, `json_duplicate_key`, `json_malformed` (each with the position, in
 * UTF-16 units from 0), `json_unsupported_value` (with the path)
 */
export function parseJson(text: string, caps: JsonCaps = {}): unknown {
  refuseTooLarge(text, caps.bytesMax ?? limits.requestBytesMax);
  scanJson(text, caps.depthMax ?? limits.jsonDepthMax);
  const value = parse(text);
  canonicalJson(value, { depthMax: caps.depthMax ?? limits.jsonDepthMax });
  return value;
}

/**
 * Parses text that must be canonical already (an event, a ledger entry). Comparing with its own canonical form refuses
 * white space, order, number forms, escapes and duplicate keys in one step, with no scan.
 *
 * @throws ProofError `json_not_canonical`, and as `parseJson`
 */
export function parseCanonicalJson(text: string, caps: JsonCaps = {}): unknown {
  refuseTooLarge(text, caps.bytesMax ?? limits.requestBytesMax);
  const depthMax = caps.depthMax ?? limits.jsonDepthMax;
  // The engine's parser keeps its own stack, so depth may be checked after it; size is bounded above.
  const value = parse(text);
  if (isCertainlyCanonical(text, value, depthMax)) return value;
  if (canonicalJson(value, { depthMax }) !== text) {
    throw new ProofError('json_not_canonical', 'The JSON text is not in its canonical form (RFC 8785).');
  }
  return value;
}

/** Whether a text is the canonical form of what it says. */
export function isCanonicalJson(text: string): boolean {
  try {
    parseCanonicalJson(text);
    return true;
  } catch (error) {
    if (error instanceof ProofError) return false;
    throw error;
  }
}
