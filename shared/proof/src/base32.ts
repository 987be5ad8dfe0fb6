const crockford = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The first `5 × characters` bits in Crockford's base32, lower case: no padding, no `i`, `l`, `o`, `u`, and no dash, so
 * that it may stand inside an HTML comment.
 */
export function base32Prefix(bytes: Uint8Array, characters: number): string {
  let text = '';
  let held = 0;
  let bits = 0;
  let at = 0;
  while (text.length < characters) {
    if (bits < 5) {
      held = ((held & 31) << 8) | (bytes[at++] ?? 0);
      bits += 8;
    }
    bits -= 5;
    text += crockford.charAt((held >> bits) & 31);
  }
  return text;
}
