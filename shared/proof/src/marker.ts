import { base32Prefix } from './base32.js';
import { canonicalJson } from './canonical.js';
import type { CryptoPort, HmacKey } from './crypto-port.js';
import { preAuthEncoding } from './pae.js';

const markerPayloadType = 'application/vnd.marketops.marker.v1+json';

/**
 * The one line an executor adds to what was authorized, by which a later attempt finds what an earlier one left. A MAC
 * under the publisher's own key: nobody can guess an operation's marker and plant it beforehand. 130 bits in base32,
 * because base64url could put `--` into an HTML comment, which Markdown then shows as text.
 */
export function markerFor(
  crypto: CryptoPort,
  key: HmacKey,
  { runId, operationId }: { runId: string; operationId: string },
): string {
  const mac = crypto.hmacSha256(key, preAuthEncoding(markerPayloadType, canonicalJson([runId, operationId])));
  return `<!-- marketops:${base32Prefix(mac, 26)} -->`;
}

/** Text with its marker as last line, after an empty one. */
export const appendMarker = (text: string, marker: string): string =>
  text === '' ? marker : `${text}\n\n${marker}`;

/** Whether the marker stands in the text as a line of its own. */
export function hasMarker(text: string, marker: string): boolean {
  for (let at = text.indexOf(marker); at !== -1; at = text.indexOf(marker, at + 1)) {
    const after = text.charAt(at + marker.length);
    const startsLine = at === 0 || text.charAt(at - 1) === '\n';
    if (startsLine && (after === '' || after === '\n' || after === '\r')) return true;
  }
  return false;
}

/**
 * Undoes `appendMarker`, for comparing with what was authorized. Line ends after the marker go too (providers add one);
 * a marker anywhere else stays, so that the comparison fails: somebody edited the text.
 */
export function stripMarker(text: string, marker: string): string {
  const end = text.replace(/[\r\n]+$/, '');
  if (end === marker) return '';
  for (const gap of ['\n\n', '\r\n\r\n']) {
    if (end.endsWith(gap + marker)) return end.slice(0, end.length - gap.length - marker.length);
  }
  return text;
}
